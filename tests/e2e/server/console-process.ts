/**
 * A console server in a process of its own, to be killed at will: the product's own start, with the
 * demo engine under the tempo of the test that forked it.
 */
import { demoEngine, startServer } from '@zcbot/server';
import { parseServerSettings } from '@zcbot/server/config';
import { inTempo, Tempo } from './tempo.ts';
import { verbatimEngine } from './verbatim-engine.ts';

export type Command = { holdAfter: number } | { release: true };
export type Report = { url: string } | { done: true };

const { E2E_HELD, E2E_CONSOLE_DIRECTORY, E2E_ENGINE } = process.env;
const engine = E2E_ENGINE === 'verbatim' ? verbatimEngine() : demoEngine({ paceMs: 0 });
const tempo = new Tempo();
if (E2E_HELD) tempo.hold(0);

function report(message: Report): void {
  process.send!(message);
}

process.on('message', (command: Command) => {
  if ('holdAfter' in command) tempo.hold(command.holdAfter);
  else tempo.release();
  report({ done: true });
});
// However the test run ends, this process does not outlive it.
process.on('disconnect', () => process.exit());

const server = await startServer({
  settings: parseServerSettings(process.env),
  engines: [inTempo(engine, tempo)],
  ...(E2E_CONSOLE_DIRECTORY ? { consoleDirectory: E2E_CONSOLE_DIRECTORY } : {}),
});
process.on('SIGTERM', () => void server.stop().then(() => process.exit()));
report({ url: server.url });
