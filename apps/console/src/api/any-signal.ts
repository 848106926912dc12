/** `AbortSignal.any`, also in browsers from before it (Chromium 116, Safari 17.4). */
export function anySignal(...signals: AbortSignal[]): AbortSignal {
  if ('any' in AbortSignal) return AbortSignal.any(signals);
  const combined = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) combined.abort(signal.reason);
    signal.addEventListener('abort', () => combined.abort(signal.reason), {
      once: true,
      signal: combined.signal,
    });
  }
  return combined.signal;
}
