import { z } from 'zod';

/** One account per address however it is written: case and surrounding space do not count. */
export function normalizeEmail(email: string): string {
  return email.trim().normalize('NFC').toLowerCase();
}

// What <input type="email"> accepts, intranet hosts without a dot included.
// https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address
const address = z.email({ pattern: z.regexes.html5Email }).max(254);

export function isEmail(email: string): boolean {
  return address.safeParse(email).success;
}
