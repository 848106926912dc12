/** The signals that stop a server, and the bounds within which it stops. */
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
 * From now on SIGINT, SIGTERM and SIGHUP ask for a stop instead of ending the process; call it
 * before starting anything. Whoever is asked has 10 s, then the process ends with code 1; so it
 * does at a second Ctrl-C.
 *
 * @returns a promise that resolves at the first signal
 */
export function stopRequest(language: Language): Promise<void> {
  const report = (text: Text) => process.stderr.write(`zcbot: ${say(text, language)}\n`);
  return new Promise((resolve) => {
    let first: number | null = null;
    const ask = () => {
      if (first !== null) {
        if (performance.now() - first > IMPATIENT_AFTER_MS) process.exit(1);
        return;
      }
      first = performance.now();
      report(STOPPING);
      setTimeout(() => {
        report(TOO_LATE);
        process.exit(1);
      }, STOP_TIMEOUT_MS).unref();
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, ask);
  });
}
