import { signal, type ReadonlySignal } from '@preact/signals';
import type { EventSourceMessage } from 'eventsource-parser';
import { ApiError } from '../api/api-error.ts';
import type { Client } from '../api/client.ts';
import { backOffMs } from './back-off.ts';
import { readEvents } from './read-events.ts';
import type { Slot, StreamSlots } from './slots.ts';
import { createWake } from './wake.ts';

/** The server sends a comment every 15 s; two missed ones mean that the connection is dead. */
export const STALL_MS = 35_000;
/** A hidden tab lets go of its connection after this long. */
export const HIDDEN_RELEASE_MS = 30_000;
/** Streams that open and then stay silent: a buffering proxy sits in between. */
const SILENT_STREAMS_MAX = 2;
const POLL_PERIOD_MS = 5 * 60_000;

/**
 * - `connecting`: first attempt. `live`: events arrive. `polling`: fine, but by short requests.
 * - `reconnecting`: the connection is lost. `paused`: the tab is hidden and has let go.
 */
export type StreamState = 'connecting' | 'live' | 'polling' | 'reconnecting' | 'paused';

export interface TabStreamSettings {
  client: Client;
  slots: StreamSlots;
  /** Ends the stream for good. */
  lifetime: AbortSignal;
  page: Document;
  /** The open run and the last event known of it, asked at each connect. */
  cursor: () => { runId: string; after: number } | null;
  onEvent: (event: EventSourceMessage) => void;
  /** The stream carries changes only from here on: reload what may have been missed. */
  onConnected: () => void;
  /** The server does not know the run of the cursor. */
  onRunGone: () => void;
  /** Fetches by short requests what the stream would have brought. */
  onPoll: () => Promise<void>;
  pollEveryMs: () => number;
  /** The stream's token ended. */
  onTokenEnded: (token: string) => void;
}

export interface TabStream {
  readonly state: ReadonlySignal<StreamState>;
  /** The run the present connection carries. */
  connectedRun(): string | null;
  /** Connects anew at once: another run is open, or a hole was found. */
  restart(): void;
  /** This tab is being used: it shall have a stream. */
  claim(): void;
}

/** The one stream a tab keeps (design §4.2): reconnects by itself, for ever, and says where it is. */
export function startTabStream(settings: TabStreamSettings): TabStream {
  const { client, slots, lifetime, page } = settings;
  const state = signal<StreamState>('connecting');
  const wake = createWake();
  let connection: AbortController | null = null;
  let run: string | null = null;
  let attempt = 0;
  let silentStreams = 0;
  let pollUntil = 0;
  let released = false;
  let urgent = true;
  let hiddenTimer: ReturnType<typeof setTimeout> | undefined;

  function disconnect(): void {
    connection?.abort(new DOMException('restarted', 'AbortError'));
  }

  function letGo(): void {
    released = true;
    disconnect();
    wake.up();
  }

  function resume(): void {
    clearTimeout(hiddenTimer);
    attempt = 0;
    released = false;
    urgent = true;
    wake.up();
  }

  page.addEventListener(
    'visibilitychange',
    () => {
      if (page.visibilityState === 'visible') resume();
      else hiddenTimer = setTimeout(letGo, HIDDEN_RELEASE_MS);
    },
    { signal: lifetime },
  );
  slots.onWanted(() => {
    if (page.visibilityState === 'hidden') letGo();
  });
  const view = page.defaultView;
  view?.addEventListener('online', resume, { signal: lifetime });
  // The network is gone for certain: no need to wait for the watchdog.
  view?.addEventListener('offline', disconnect, { signal: lifetime });
  lifetime.addEventListener('abort', () => {
    clearTimeout(hiddenTimer);
    slots.close();
    wake.up();
  });

  async function read(slot: Slot): Promise<void> {
    connection = new AbortController();
    const { abort } = bindAbort(connection, slot.lost);
    const cursor = settings.cursor();
    run = cursor?.runId ?? null;
    const search = cursor ? `?run=${cursor.runId}&after=${cursor.after}` : '';
    let heard = false;
    let watchdog = setTimeout(abort, STALL_MS);
    try {
      const { response, token } = await client.openStream(`/v1/events${search}`, connection.signal);
      state.value = 'live';
      settings.onConnected();
      await readEvents(response.body!, {
        onActivity: () => {
          heard = true;
          attempt = 0;
          clearTimeout(watchdog);
          watchdog = setTimeout(abort, STALL_MS);
        },
        onEvent: (event) => {
          if (event.event === 'reauth') settings.onTokenEnded(token);
          else settings.onEvent(event);
        },
      });
    } finally {
      clearTimeout(watchdog);
      const stalled = connection.signal.reason === STALLED;
      silentStreams = heard ? 0 : stalled ? silentStreams + 1 : silentStreams;
      run = null;
    }
  }

  async function poll(): Promise<void> {
    try {
      await settings.onPoll();
      state.value = 'polling';
      attempt = 0;
    } catch {
      state.value = 'reconnecting';
    }
    await wake.sleep(settings.pollEveryMs());
  }

  async function connect(slot: Slot): Promise<void> {
    try {
      await read(slot);
      if (!lifetime.aborted) attempt++;
    } catch (error) {
      if (lifetime.aborted || slot.lost.aborted || released) return;
      const restarted = connection?.signal.aborted && connection.signal.reason !== STALLED;
      if (restarted && navigator.onLine !== false) return;
      if (error instanceof ApiError) {
        if (error.status === 401) return;
        if (error.status === 404) settings.onRunGone();
        if (error.status === 429) pollUntil = Date.now() + POLL_PERIOD_MS;
      }
      if (silentStreams >= SILENT_STREAMS_MAX) {
        silentStreams = 0;
        pollUntil = Date.now() + POLL_PERIOD_MS;
        return;
      }
      attempt++;
    } finally {
      slot.release();
    }
    if (attempt === 0) return;
    // The first hiccup is repaired before anybody needs to read about it.
    if (attempt > 1 || navigator.onLine === false) state.value = 'reconnecting';
    await wake.sleep(backOffMs(attempt - 1));
  }

  async function loop(): Promise<void> {
    while (!lifetime.aborted) {
      if (released) {
        state.value = 'paused';
        await wake.sleep(Infinity);
        continue;
      }
      // No slot is held while nobody is signed in; ends by itself with the lifetime.
      await client.signedIn(lifetime).catch(() => undefined);
      if (lifetime.aborted || released) continue;
      const wanted = urgent;
      urgent = false;
      const slot = Date.now() < pollUntil ? null : await slots.acquire(wanted);
      if (!slot) await poll();
      else if (lifetime.aborted) slot.release();
      else await connect(slot);
    }
  }
  void loop();

  return {
    state,
    connectedRun: () => run,
    restart() {
      disconnect();
      wake.up();
    },
    claim() {
      if (state.value !== 'polling' || Date.now() < pollUntil) return;
      urgent = true;
      wake.up();
    },
  };
}

const STALLED = new DOMException('no sign of life from the server', 'TimeoutError');

/** The connection ends with the slot, or by `abort` when the watchdog barks. */
function bindAbort(connection: AbortController, lost: AbortSignal): { abort: () => void } {
  const end = (): void => connection.abort(lost.reason);
  if (lost.aborted) end();
  lost.addEventListener('abort', end, { once: true, signal: connection.signal });
  return { abort: () => connection.abort(STALLED) };
}
