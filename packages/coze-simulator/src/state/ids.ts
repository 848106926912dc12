import { randomBytes, randomInt } from 'node:crypto';

let last = 0n;

/** 19 decimal digits, growing, always a string: as a JSON number it would lose its end. */
export function newId(): string {
  const next = BigInt(Date.now()) * 1_000_000n + BigInt(randomInt(1_000_000));
  last = next > last ? next : last + 1n;
  return last.toString().padStart(19, '7');
}

/** Shaped like Coze's: a timestamp and hex. */
export function newLogid(now: number): string {
  const time = new Date(now).toISOString().replaceAll(/\D/g, '').slice(0, 14);
  return `${time}${randomBytes(9).toString('hex').toUpperCase()}`;
}
