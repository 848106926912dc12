/** The product's server with an engine that produces as fast, and as long, as the message asks. */
import { setTimeout as delay } from 'node:timers/promises';
import { parseSettings } from '@zcbot/config';
import { demoEngine, startServer, type Engine, type RunInput } from '@zcbot/server';
import { serverSettings } from '@zcbot/server/config';
import { announce } from './process.ts';

interface Load {
  deltas: number;
  /** Pause between deltas (in milliseconds); 0 as fast as the log takes them. */
  everyMs: number;
}

const loadEngine: Engine = {
  info: { id: 'load', label: { zh: '负载', en: 'Load' }, demo: true, reattach: false },
  async *run(input) {
    const { deltas, everyMs } = loadOf(input);
    yield { type: 'part.start', id: 'p', kind: 'text' };
    for (let i = 0; i < deltas; i += 1) {
      if (everyMs > 0) await delay(everyMs);
      else if (i % 20 === 0) await delay(0);
      yield { type: 'part.delta', id: 'p', text: `${performance.timeOrigin + performance.now()} ` };
    }
    yield { type: 'part.end', id: 'p' };
  },
};

function loadOf({ history }: RunInput): Load {
  const part = history.at(-1)?.parts[0];
  return JSON.parse(part?.type === 'text' ? part.text : '') as Load;
}

const server = await startServer({
  settings: parseSettings(serverSettings, process.env),
  engines: [demoEngine(), loadEngine],
  trustLoopbackParents: true,
});
announce(server.url);
