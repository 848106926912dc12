import { z } from 'zod';
import { SimulatedError } from '../server/simulated-error.ts';

/** Docs: chat_v3, at most 16 pairs, keys of 1 to 64 and values of 1 to 512 characters. */
const MetaData = z
  .record(z.string().min(1).max(64), z.string().min(1).max(512))
  .refine((pairs) => Object.keys(pairs).length <= 16);

/** @throws SimulatedError 4003 */
export function readMetaData(value: unknown): Record<string, string> {
  const parsed = MetaData.safeParse(value ?? {});
  if (!parsed.success) throw new SimulatedError(4003);
  return parsed.data;
}
