/**
 * Does the work under a Web Lock, or without one where the browser refuses locks: they are part of
 * storage, and blocked storage answers every request with a SecurityError
 * (https://w3c.github.io/web-locks/#api-lock-manager-request). Tabs then do not know of each other,
 * but each of them works.
 */
export async function withLock<Result>(
  locks: LockManager,
  name: string,
  options: LockOptions,
  work: (lock: Lock | null) => Promise<Result> | Result,
): Promise<Result> {
  let begun = false;
  try {
    return await locks.request(name, options, async (lock) => {
      begun = true;
      return work(lock);
    });
  } catch (error) {
    const refused = error instanceof DOMException && error.name === 'SecurityError';
    if (begun || !refused) throw error;
    return work({ name, mode: options.mode ?? 'exclusive' });
  }
}
