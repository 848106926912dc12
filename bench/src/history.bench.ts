/** A task with 10,000 messages: its newest page, its whole history, and the first token of a new answer. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MessagePage } from '@zcbot/protocol/http';
import { post } from './client.ts';
import { Measured } from './process.ts';
import { median, report } from './report.ts';
import { MESSAGES, seedHistory } from './seed-history.ts';

const SAMPLES = 30;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

async function medianOf(samples: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < samples; i += 1) times.push(await timed(work));
  return median(times);
}

const folder = mkdtempSync(join(tmpdir(), 'zcbot-history-'));
const { taskId, userId } = await seedHistory(folder);
const zcbot = await Measured.start('./zcbot.process.ts', { ZCBOT_DATA_DIR: folder });
const bare = await Measured.start('./bare.process.ts');
const token = await zcbot.loginAs(userId);
const headers = { Authorization: `Bearer ${token}` };
const messages = `${zcbot.url}/v1/tasks/${taskId}/messages`;

async function page(query: string): Promise<MessagePage> {
  const answer = await fetch(`${messages}?${query}`, { headers });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return (await answer.json()) as MessagePage;
}

async function wholeHistory(): Promise<number> {
  let count = 0;
  let before = '';
  for (;;) {
    const { items, next_before } = await page(`limit=200${before}`);
    count += items.length;
    if (next_before === null) return count;
    before = `&before=${next_before}`;
  }
}

async function firstToken(): Promise<void> {
  const { run_id } = await post<{ run_id: string }>(messages, token, {
    id: randomUUID(),
    text: 'hello',
  });
  const stream = await fetch(`${zcbot.url}/v1/runs/${run_id}/events`, { headers });
  let text = '';
  for await (const chunk of stream.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.includes('event: part.delta')) break;
  }
  await fetch(`${zcbot.url}/v1/runs/${run_id}/stop`, { method: 'POST', headers });
}

const newest = JSON.stringify(await page('limit=50'));
const same = `${bare.url}/json?bytes=${newest.length}`;
const ours = {
  newest: await medianOf(SAMPLES, () => page('limit=50')),
  whole: await medianOf(3, wholeHistory),
  token: await medianOf(5, firstToken),
};
const reference = {
  newest: await medianOf(SAMPLES, async () => (await fetch(same)).json()),
  whole: await medianOf(3, async () => {
    for (let i = 0; i < MESSAGES / 200; i += 1) {
      await (await fetch(`${bare.url}/json?bytes=${newest.length * 4}`)).json();
    }
  }),
};
await zcbot.stop();
await bare.stop();
rmSync(folder, { recursive: true, force: true });

const bareText = (ms: number): string =>
  `${ms.toFixed(1)} ms (bare node:http, same bytes from memory)`;
report([
  {
    what: `newest 50 of ${MESSAGES} messages`,
    ours: `${ours.newest.toFixed(1)} ms`,
    reference: bareText(reference.newest),
  },
  {
    what: `all ${MESSAGES} messages in pages of 200`,
    ours: `${ours.whole.toFixed(0)} ms`,
    reference: bareText(reference.whole),
  },
  {
    what: `first token of a new answer in that task`,
    ours: `${ours.token.toFixed(0)} ms`,
    note: 'from pressing Enter to the first delta; the demo engine waits 20 ms, the log up to 30 ms',
  },
]);
process.exit(0);
