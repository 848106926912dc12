/**
 * Passwords are kept as argon2id hashes with OWASP's parameters (19 MiB, t=2, p=1):
 * https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
 * At most one hash per core works at a time, 16 wait, and more are refused: a flood of logins must
 * not take the memory and the CPU that everybody else needs.
 */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { hash, verify } from '@node-rs/argon2';
import { WorkQueue } from './work-queue.ts';

const ARGON2ID = 2;
const PARAMETERS = {
  algorithm: ARGON2ID,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const;
const WAITING_MAX = 16;

export const PASSWORD_MIN_CHARACTERS = 10;
export const PASSWORD_MAX_BYTES = 1024;

/** The two operations of an argon2 library, so that a test can count them. */
export interface Hasher {
  hash(password: string): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
}

export const argon2id: Hasher = {
  hash: (password) => hash(password, PARAMETERS),
  verify: (known, password) => verify(known, password),
};

export function createPasswords(
  hasher: Hasher = argon2id,
  concurrency: number = availableParallelism(),
) {
  const queue = new WorkQueue({ concurrency, waitingMax: WAITING_MAX });
  let dummy: Promise<string> | undefined;

  return {
    /** How many can be worked on or wait at a time. */
    places: concurrency + WAITING_MAX,

    /** @throws QueueFullError */
    hash(password: string): Promise<string> {
      return queue.run(() => hasher.hash(canonical(password)));
    },

    /**
     * Without a known hash a dummy is verified, so that an unknown user takes as long as a wrong
     * password (CWE-208).
     * @throws QueueFullError
     */
    async matches(known: string | null | undefined, password: string): Promise<boolean> {
      // Awaited for known users too, so that the time its making takes tells nothing.
      const fallback = await (dummy ??= hasher.hash(randomBytes(32).toString('base64')));
      const same = await queue.run(() => hasher.verify(known ?? fallback, canonical(password)));
      return same && typeof known === 'string';
    },
  };
}

export type Passwords = ReturnType<typeof createPasswords>;

/**
 * The same password typed on another keyboard or input method is the same: NIST SP 800-63B-4
 * §3.1.1.2 asks for NFKC or NFKD before hashing. Full-width letters become plain ones.
 */
function canonical(password: string): string {
  return password.normalize('NFKC');
}
