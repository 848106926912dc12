import { randomBytes } from 'node:crypto';

/** A session name that nobody else has, and that counts as strong. */
export function randomName(): string {
  return `doctor_${randomBytes(16).toString('hex')}`;
}
