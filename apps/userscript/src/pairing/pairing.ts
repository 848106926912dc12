/**
 * Exchanges the single-use code in the served script for the key of this install. One tab does it;
 * the key stays in the manager's storage and goes only to the gateway that gave it.
 */
import { CallError, connectionError } from '../coze-calls/call-error.ts';
import { withStorageLock } from '../session/storage-lock.ts';
import type { Storage } from '../storage.ts';
import type { Transport } from '../transport/transport.ts';

const STORED = 'zcbot_pairing';
const SPENT = 'zcbot_pairing_spent';

interface Paired {
  brokerUrl: string;
  key: string;
}

export interface Pairing {
  /** What is known of the key now. */
  key(): string | undefined;
  /**
   * The key, after exchanging the code if that was not tried yet. Undefined when not paired: on a
   * loopback gateway that works too. Every call to Coze waits for it, since the session is another
   * one with a key than without. @throws CallError `broker_down`, `offline`
   */
  ensure(): Promise<string | undefined>;
  /** The gateway no longer knows the key. A script that was installed anew pairs again. */
  refused(): void;
}

export function createPairing(parts: {
  storage: Storage;
  transport: Transport;
  brokerUrl: () => string;
  code: string | undefined;
}): Pairing {
  const { storage, transport, code } = parts;
  const stored = (): Paired | null => {
    const value = storage.read(STORED) as Partial<Paired> | null | undefined;
    return typeof value?.key === 'string' && value.brokerUrl === parts.brokerUrl()
      ? { brokerUrl: value.brokerUrl, key: value.key }
      : null;
  };
  const isOpen = (): boolean =>
    code !== undefined && stored() === null && storage.read(SPENT) !== code;

  return {
    key: () => stored()?.key,
    async ensure() {
      if (!isOpen()) return stored()?.key;
      await withStorageLock(storage, 'pairing', async () => {
        if (!isOpen()) return;
        const response = await transport(`${parts.brokerUrl()}/pair`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
          body: JSON.stringify({ code }),
        }).catch((error: unknown) => {
          throw brokerError(error);
        });
        const answer = (await response.json().catch(() => null)) as { key?: unknown } | null;
        // A code counts once, whatever came of it; asking again cannot help.
        storage.write(SPENT, code);
        if (response.ok && typeof answer?.key === 'string') {
          storage.write(STORED, {
            brokerUrl: parts.brokerUrl(),
            key: answer.key,
          } satisfies Paired);
        }
      });
      return stored()?.key;
    },
    refused() {
      if (code !== undefined && storage.read(SPENT) !== code) storage.remove(STORED);
    },
  };
}

function brokerError(error: unknown): unknown {
  const known = connectionError(error);
  const down = known instanceof CallError && known.reason === 'proxy_down';
  return down ? new CallError('broker_down', { cause: error }) : known;
}
