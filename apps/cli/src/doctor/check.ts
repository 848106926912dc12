import type { Text } from '../terminal/language.ts';
import type { Surroundings } from './surroundings.ts';

/** `skip`: could not be looked at, and the message says why. */
export type Status = 'ok' | 'warn' | 'fail' | 'skip';

export interface Result {
  /** Stable, for programs: `port.proxy`, `credentials.region_mixed`, … */
  id: string;
  status: Status;
  /** What was looked at, in a word or two. */
  what: Text;
  /** What was found. Never a secret, and nothing foreign that is not escaped. */
  message: Text;
  /** What to do; none where nothing is to be done. */
  remedy?: Text;
}

export interface Check {
  id: string;
  what: Text;
  /** Given up when it takes longer than `CHECK_TIMEOUT_MS`; `signal` tells it so. */
  run(surroundings: Surroundings, signal: AbortSignal): Promise<Finding[]>;
}

export interface Finding {
  /** Added to the check's id; default is none. */
  about?: string;
  /** In place of the check's own. */
  what?: Text;
  status: Status;
  message: Text;
  remedy?: Text;
}

export function finding(status: Status, message: Text, remedy?: Text): Finding {
  return { status, message, ...(remedy && { remedy }) };
}

/** Text that another program sent: short, and without what could steer a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}/gu, '�').slice(0, 200);
}
