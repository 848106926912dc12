/** The upstream breaks off in the middle: does the caller see that the answer is not whole? */
import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Running } from './contenders.ts';
import { ORIGIN } from './load.ts';

const LIMIT_MS = 1_000;

/** `hangs`: the caller waits on, with half an answer and no end. */
export type Ending = 'visible' | 'hidden' | 'hangs';

export interface BrokenAnswers {
  chunked: Ending;
  length: Ending;
  /** The proxy is still there afterwards. */
  survived: boolean;
}

export async function measureBrokenAnswers(running: Running): Promise<BrokenAnswers> {
  const [chunked, length] = await Promise.all([
    ending(running.url('/cut?as=chunked')),
    ending(running.url('/cut?as=length')),
  ]);
  await delay(100);
  return { chunked, length, survived: running.process?.alive ?? true };
}

function ending(url: string): Promise<Ending> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, headers: { Origin: ORIGIN } }, (response) => {
      // An error in place of the answer is visible as well.
      const ok = response.statusCode === 200;
      response.resume();
      response.on('end', () => resolve(ok && response.complete ? 'hidden' : 'visible'));
      response.on('error', () => resolve('visible'));
    });
    request.on('error', () => resolve('visible'));
    setTimeout(() => {
      resolve('hangs');
      request.destroy();
    }, LIMIT_MS);
  });
}
