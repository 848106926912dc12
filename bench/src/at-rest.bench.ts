/** Memory of a server nobody uses, ten seconds after its start. */
import { setTimeout as delay } from 'node:timers/promises';
import { Measured } from './process.ts';
import { report } from './report.ts';

async function atRest(file: string): Promise<number> {
  // The first start fills the compile cache.
  await (await Measured.start(file)).stop();
  const server = await Measured.start(file);
  await delay(10_000);
  const mebibytes = (await server.residentKiB()) / 1024;
  await server.stop();
  return mebibytes;
}

const bare = await atRest('./bare.process.ts');
const ours = await atRest('./zcbot.process.ts');
report([
  {
    what: 'server at rest',
    ours: `${ours.toFixed(0)} MiB`,
    reference: `${bare.toFixed(0)} MiB (bare node:http)`,
    aim: '≤ 120 MiB',
  },
]);
process.exit(0);
