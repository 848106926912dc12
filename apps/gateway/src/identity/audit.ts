/**
 * The record of who got a token. The line is on disk before the token leaves; if it cannot be
 * written, no token leaves.
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
  return {
    async tokenIssued({ caller, sessionName }, expiresAt, to) {
      const line = {
        at: now().toISOString(),
        event: 'token_issued',
        to,
        caller: caller.id === '' ? caller.kind : `${caller.kind}:${caller.id}`,
        session: sessionName ?? '(shared)',
        expires_at: expiresAt,
      };
      await appendFile(path, `${JSON.stringify(line)}\n`, { mode: 0o600 });
    },
  };
}
