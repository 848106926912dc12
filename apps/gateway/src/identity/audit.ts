/**
 * The record of who got a token. The line is in the file before the token leaves; if it cannot be
 * written, no token leaves. Lines that come during a write go into the next one together.
 */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CozeSession } from './caller.ts';

const FILE = 'coze-audit.log';

export interface Audit {
  tokenIssued(
    session: CozeSession,
    expiresAt: number | null,
    to: 'broker' | 'gateway',
  ): Promise<void>;
}

export function createAudit(dataDirectory: string, now: () => Date = () => new Date()): Audit {
  const path = join(dataDirectory, FILE);
  let next: { text: string; written: Promise<void> } | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function append(line: string): Promise<void> {
    if (!next) {
      const batch = { text: '', written: Promise.resolve() };
      batch.written = last.then(() => {
        next = undefined;
        return appendFile(path, batch.text, { mode: 0o600 });
      });
      last = batch.written.catch(() => undefined);
      next = batch;
    }
    next.text += line;
    return next.written;
  }

  return {
    tokenIssued({ caller, sessionName }, expiresAt, to) {
      const line = {
        at: now().toISOString(),
        event: 'token_issued',
        to,
        caller: caller.id === '' ? caller.kind : `${caller.kind}:${caller.id}`,
        session: sessionName ?? '(shared)',
        expires_at: expiresAt,
      };
      return append(`${JSON.stringify(line)}\n`);
    },
  };
}
