/**
 * A console server in a process of its own, to be killed at will: the product's own start, with the
 * demo engine under the tempo of the test that forked it.
 */
import { demoEngine, startServer } from '@zcbot/server';
import { parseServerSettings } from '@zcbot/server/config';
import { inTempo, Tempo } from './tempo.ts';

export type Command = { held: boolean } | { paceMs: number };
export type Report = { url: string } | { done: true };

const { E2E_PACE_MS = '4', E2E_HELD, E2E_CONSOLE_DIRECTORY } = process.env;
const tempo = new Tempo(Number(E2E_PACE_MS));
if (E2E_HELD) tempo.hold();

function report(message: Report): void {
  process.send!(message);
}

process.on('message', (command: Command) => {
  if ('paceMs' in command) tempo.paceMs = command.paceMs;
  else if (command.held) tempo.hold();
  else tempo.release();
  report({ done: true });
});
// However the test run ends, this process does not outlive it.
process.on('disconnect', () => process.exit());

const server = await startServer({
  settings: parseServerSettings(process.env),
  engines: [inTempo(demoEngine({ paceMs: 0 }), tempo)],
  ...(E2E_CONSOLE_DIRECTORY ? { consoleDirectory: E2E_CONSOLE_DIRECTORY } : {}),
});
process.on('SIGTERM', () => void server.stop().then(() => process.exit()));
report({ url: server.url });
