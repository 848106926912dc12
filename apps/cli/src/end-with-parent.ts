const PARENT_CHECK_MS = 500;

/** Stops this process, gracefully, when the one that stands between it and the user is gone. */
export function endWithParent(environment: Record<string, string | undefined>): void {
  const stop = () => process.kill(process.pid, 'SIGTERM');
  // Started by an older Node (bin/zcbot.js): the channel breaks, even when that one was killed.
  if (process.channel) {
    process.channel.unref();
    process.once('disconnect', stop);
    return;
  }
  // npm starts scripts through a shell, passes SIGTERM to that shell only, and the shell dies of it
  // without a word to its child. A new parent is the only sign of it.
  if (environment.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(check);
    stop();
  }, PARENT_CHECK_MS);
  check.unref();
}
