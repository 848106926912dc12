import { withLock } from './with-lock.ts';

/**
 * Who in this browser may keep a stream open.
 *
 * HTTP/1.1 gives a host six connections per browser. Hidden tabs let go of theirs after a while, but
 * eight windows side by side (or eight frames in one page) are all visible: their streams would take
 * every connection and leave none for short requests, so that a message could not even be sent.
 * Hence at most four streams per browser, as Web Locks; whoever finds none free asks in short
 * requests instead, and whoever is being used takes one from a tab that is not.
 */
export const STREAM_SLOTS = 4;

/** How long hidden tabs get to give up a slot before a visible one is taken over. */
const YIELD_MS = 200;

export interface Slot {
  /** Aborts when another tab took the slot over. */
  readonly lost: AbortSignal;
  release(): void;
}

export interface StreamSlots {
  /**
   * A slot, or null when all are taken. An `urgent` asker (the tab in use) always gets one.
   */
  acquire(urgent: boolean): Promise<Slot | null>;
  /** Another tab looks for a slot; a hidden tab answers by releasing its own. */
  onWanted(listener: () => void): void;
  close(): void;
}

export function createStreamSlots(
  locks: LockManager | undefined,
  channel: BroadcastChannel | undefined,
): StreamSlots {
  // Plain http off loopback has no Web Locks; there each tab keeps its stream while it is visible.
  if (!locks) return unlimited();

  async function tryAll(): Promise<Slot | null> {
    for (let index = 0; index < STREAM_SLOTS; index++) {
      const slot = await hold(locks!, lockName(index), { ifAvailable: true });
      if (slot) return slot;
    }
    return null;
  }

  return {
    async acquire(urgent) {
      const free = await tryAll();
      if (free || !urgent) return free;
      channel?.postMessage('wanted');
      await new Promise((resolve) => setTimeout(resolve, YIELD_MS));
      const index = Math.floor(Math.random() * STREAM_SLOTS);
      return (await tryAll()) ?? (await hold(locks, lockName(index), { steal: true }));
    },
    onWanted(listener) {
      channel?.addEventListener('message', listener);
    },
    close() {
      channel?.close();
    },
  };
}

function lockName(index: number): string {
  return `zcbot.stream:${index}`;
}

function hold(locks: LockManager, name: string, options: LockOptions): Promise<Slot | null> {
  return new Promise((resolve) => {
    const lost = new AbortController();
    let release = (): void => {};
    const released = new Promise<void>((end) => (release = end));
    withLock(locks, name, options, (lock) => {
      resolve(lock && { lost: lost.signal, release });
      return lock ? released : undefined;
    })
      // Rejects with AbortError when another tab steals the lock.
      .catch(() => {
        lost.abort();
        resolve(null);
      });
  });
}

function unlimited(): StreamSlots {
  return {
    acquire: () => Promise.resolve({ lost: new AbortController().signal, release: () => {} }),
    onWanted: () => {},
    close: () => {},
  };
}
