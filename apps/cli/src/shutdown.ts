/** Waiting for the signal to stop, and stopping within bounds. */
import { say, type Language, type Text } from './terminal/language.ts';

const STOP_TIMEOUT_MS = 10_000;
/** npm and terminals deliver the same Ctrl-C twice; only a later one means "now". */
const IMPATIENT_AFTER_MS = 1_000;
const STOPPING = { en: 'stopping …', zh: '正在停止……' };
const TOO_LATE = {
  en: 'not stopped after 10 s, ending now',
  zh: '10 秒内未能停止，强制结束',
};
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Resolves when everything has stopped after SIGINT, SIGTERM or SIGHUP. Ends the process with
 * code 1 when stopping takes more than 10 s, or at a second Ctrl-C.
 */
export async function stopAtSignal(stop: () => Promise<void>, language: Language): Promise<void> {
  await new Promise<void>((resolve) => {
    let first: number | null = null;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        if (first === null) {
          first = performance.now();
          resolve();
        } else if (performance.now() - first > IMPATIENT_AFTER_MS) process.exit(1);
      });
    }
  });
  report(STOPPING);
  const deadline = setTimeout(() => {
    report(TOO_LATE);
    process.exit(1);
  }, STOP_TIMEOUT_MS);
  await stop();
  clearTimeout(deadline);

  function report(text: Text): void {
    process.stderr.write(`zcbot: ${say(text, language)}\n`);
  }
}
