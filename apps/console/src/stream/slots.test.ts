import { afterEach, expect, test, vi } from 'vitest';
import { createStreamSlots, STREAM_SLOTS, type Slot, type StreamSlots } from './slots.ts';

/** Tabs of one browser: they share the locks of this process and a channel. */
const tabs: StreamSlots[] = [];
const held: Slot[] = [];
function openTab(): StreamSlots {
  const tab = createStreamSlots(navigator.locks, new BroadcastChannel('zcbot.test'));
  tabs.push(tab);
  return tab;
}
async function acquire(tab: StreamSlots, urgent: boolean): Promise<Slot | null> {
  const slot = await tab.acquire(urgent);
  if (slot) held.push(slot);
  return slot;
}
afterEach(() => {
  held.splice(0).forEach((slot) => slot.release());
  tabs.splice(0).forEach((tab) => tab.close());
});

test('four tabs get a stream, the fifth does not until one lets go', async () => {
  const slots: (Slot | null)[] = [];
  for (let tab = 0; tab < STREAM_SLOTS; tab++) slots.push(await acquire(openTab(), false));
  expect(slots).not.toContain(null);
  const fifth = openTab();
  expect(await acquire(fifth, false)).toBeNull();
  slots[2]!.release();
  expect(await acquire(fifth, false)).not.toBeNull();
});

test('the tab in use takes a slot over, and the loser hears of it', async () => {
  const slots: Slot[] = [];
  for (let tab = 0; tab < STREAM_SLOTS; tab++) slots.push((await acquire(openTab(), false))!);
  expect(await acquire(openTab(), true)).not.toBeNull();
  await vi.waitFor(() => expect(slots.filter(({ lost }) => lost.aborted)).toHaveLength(1));
});

test('hidden tabs are asked first: nothing visible is taken over when one of them lets go', async () => {
  const visible: Slot[] = [];
  for (let tab = 1; tab < STREAM_SLOTS; tab++) visible.push((await acquire(openTab(), false))!);
  const hidden = openTab();
  const slot = (await acquire(hidden, false))!;
  hidden.onWanted(() => slot.release());
  expect(await acquire(openTab(), true)).not.toBeNull();
  expect(visible.filter(({ lost }) => lost.aborted)).toHaveLength(0);
});

test('without Web Locks every tab keeps its stream', async () => {
  const tab = createStreamSlots(undefined, undefined);
  for (let count = 0; count < 8; count++) expect(await tab.acquire(false)).not.toBeNull();
});
