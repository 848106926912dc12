/**
 * Whether the line to Coze works: asked at the start, after every failure, when the browser comes
 * back online and when the tab is looked at again; in between with a growing pause. No reload.
 */
import { backOffMs } from '../chat/back-off.ts';
import { CallError, connectionError, isOneMessage, type Cause } from '../coze-calls/call-error.ts';
import type { Pairing } from '../pairing/pairing.ts';
import type { Settings } from '../settings/settings.ts';
import type { Transport } from '../transport/transport.ts';

export interface Trouble {
  cause: Cause;
  detail: string;
  logid: string | undefined;
  /** Epoch milliseconds of the next look; null when looking again cannot help. */
  retryAt: number | null;
}

export interface Facts {
  simulator: boolean;
  credentials: 'jwt' | 'pat' | 'none';
}

export interface Health {
  readonly trouble: Trouble | null;
  readonly facts: Facts | null;
  onChange(listener: () => void): void;
  /** Something failed: say so, and look again. */
  report(error: CallError): void;
  /** Something worked. */
  clear(): void;
  checkNow(): void;
}

/** The person has to do something first. */
const NO_RETRY = new Set<Cause>(['bot_missing', 'pat_missing', 'sdk_blocked']);

export function createHealth(parts: {
  transport: Transport;
  settings: () => Settings;
  pairing: Pick<Pairing, 'ensure' | 'refused'>;
  /** The broker is asked for facts and pairing; the chat page is served by it and asks the proxy only. */
  askBroker: boolean;
  /** The last step: a real call. @throws CallError */
  open: () => Promise<void>;
  signal: AbortSignal;
  random?: () => number;
}): Health {
  const { transport, settings, signal } = parts;
  const listeners: (() => void)[] = [];
  let trouble: Trouble | null = null;
  let facts: Facts | null = null;
  let attempt = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let checking: Promise<void> | null = null;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  function clear(): void {
    attempt = 0;
    clearTimeout(timer);
    if (trouble === null) return;
    trouble = null;
    changed();
  }

  function report(error: CallError): void {
    if (isOneMessage(error.reason) || signal.aborted) return;
    clearTimeout(timer);
    const waitMs = Math.max(backOffMs(attempt, parts.random), error.retryAfterMs ?? 0);
    attempt += 1;
    const { reason: cause, detail, logid } = error;
    const retryAt = NO_RETRY.has(cause) ? null : Date.now() + waitMs;
    trouble = { cause, detail, logid, retryAt };
    if (retryAt !== null) timer = setTimeout(checkNow, waitMs);
    changed();
  }

  async function check(): Promise<void> {
    try {
      if (settings().auth === 'own-pat' && settings().pat === '')
        throw new CallError('pat_missing');
      const proxy = await describe(transport, settings().proxyUrl, 'proxy_down', signal);
      if (proxy.name !== 'zcbot CORS proxy') throw new CallError('port_taken', where(settings()));
      facts = {
        simulator: proxy.simulator === true,
        credentials: proxy.coze === 'pat' || proxy.coze === 'none' ? proxy.coze : 'jwt',
      };
      if (parts.askBroker) await parts.pairing.ensure();
      if (settings().botId === '') throw new CallError('bot_missing');
      await parts.open();
      clear();
      changed();
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof CallError && error.reason === 'pairing_refused') parts.pairing.refused();
      if (error instanceof CallError) report(error);
      else report(new CallError('upstream', { cause: error }));
    }
  }

  function checkNow(): void {
    clearTimeout(timer);
    if (signal.aborted || checking) return;
    // A hidden tab waits until it is looked at.
    if (document.hidden && attempt > 0) return;
    checking = check().finally(() => (checking = null));
  }

  window.addEventListener('online', () => trouble && checkNow(), { signal });
  window.addEventListener('offline', () => report(new CallError('offline')), { signal });
  document.addEventListener('visibilitychange', () => !document.hidden && trouble && checkNow(), {
    signal,
  });
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });

  return {
    get trouble() {
      return trouble;
    },
    get facts() {
      return facts;
    },
    onChange: (listener) => void listeners.push(listener),
    report,
    clear,
    checkNow,
  };
}

function where({ proxyUrl }: Settings): { detail: string } {
  return { detail: proxyUrl };
}

interface Described {
  name?: unknown;
  simulator?: unknown;
  coze?: unknown;
}

/** @throws CallError `down`, `offline`, or `port_taken` when what answers is not ours */
async function describe(
  transport: Transport,
  url: string,
  down: Cause,
  signal: AbortSignal,
): Promise<Described> {
  let response: Response;
  try {
    response = await transport(`${url}/`, { headers: { Accept: 'application/json' }, signal });
  } catch (error) {
    const known = connectionError(error);
    if (known instanceof CallError)
      throw new CallError(known.reason === 'offline' ? 'offline' : down);
    throw known;
  }
  const body: unknown = await response.json().catch(() => null);
  if (typeof body !== 'object' || body === null) throw new CallError('port_taken', { detail: url });
  return body;
}
