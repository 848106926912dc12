/** What the log keeps of an error. Unknown members are left out: a driver may hang anything on one. */
const CAUSES_MAX = 5;
const TEXT_MAX = 2_000;
const STACK_MAX = 8_000;

/** Members known to be harmless: what Node and PostgreSQL say about where and why. */
const KEPT = ['code', 'errno', 'syscall', 'severity', 'schema', 'table', 'constraint', 'routine'];

export function errorRecord(error: unknown, depth = 0): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const record: Record<string, unknown> = {
    type: error.name,
    message: error.message.slice(0, TEXT_MAX),
    stack: error.stack?.slice(0, STACK_MAX),
  };
  for (const name of KEPT) {
    const value: unknown = Reflect.get(error, name);
    if (typeof value === 'string' || typeof value === 'number') record[name] = value;
  }
  if (error.cause !== undefined && depth < CAUSES_MAX) {
    record['cause'] = errorRecord(error.cause, depth + 1);
  }
  return record;
}
