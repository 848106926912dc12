/** The token broker: a cached token beside a bare JSON answer, and what many asks at once cost Coze. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCozeSimulator } from '../../packages/coze-simulator/src/simulator.ts';
import { closedLoop } from './closed-loop.ts';
import { Measured } from './process.ts';
import { report } from './report.ts';

const ASKS = 1_000;
const SESSION = 'session_mb1x2y3z_6f1c0a9be27d44c18a5e3b7d9f024c61';

const simulator = await startCozeSimulator();
const folder = mkdtempSync(join(tmpdir(), 'zcbot-broker-'));
const config = join(folder, 'coze_oauth_config.json');
writeFileSync(config, JSON.stringify(simulator.oauthConfig), { mode: 0o600 });
const broker = await Measured.start('./broker.process.ts', {
  COZE_AUTH_PORT: '0',
  COZE_API_BASE: simulator.url,
  COZE_OAUTH_CONFIG: config,
});
const bare = await Measured.start('./bare.process.ts');

const headers = { Accept: 'application/json' };
const callback = (name: string): string => `${broker.url}/callback?session_name=${name}`;
const bytes = (await (await fetch(callback(SESSION), { headers })).arrayBuffer()).byteLength;
const reference = await closedLoop(bare, () => ({ url: `${bare.url}/json?bytes=${bytes}` }));
const ours = await closedLoop(broker, () => ({ url: callback(SESSION), headers }));

const exchanges = (): number =>
  simulator.control.requests().filter(({ path }) => path.includes('/oauth2/token')).length;
const before = exchanges();
await Promise.all(
  Array.from({ length: ASKS }, async () => {
    const answer = await fetch(callback(`${SESSION}_another`), { headers });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    await answer.arrayBuffer();
  }),
);
const spent = exchanges() - before;

await broker.stop();
await bare.stop();
await simulator.stop();
rmSync(folder, { recursive: true });

const text = ({ perSecond, cpuMicroseconds }: typeof ours): string =>
  `${Math.round(perSecond)}/s, ${cpuMicroseconds.toFixed(0)} µs CPU each`;
report([
  {
    what: 'a cached token from the broker',
    ours: `${text(ours)} (${Math.round((ours.perSecond / reference.perSecond) * 100)} %)`,
    reference: `${text(reference)} (bare node:http, as many bytes of JSON)`,
    aim: '≥ 80 %',
    note: 'ours derives the session and has an audit line on disk before it answers',
  },
  {
    what: `${ASKS} asks at once for one new session`,
    ours: `${spent} exchange${spent === 1 ? '' : 's'} at Coze`,
    aim: '1 exchange',
  },
]);
process.exit(0);
