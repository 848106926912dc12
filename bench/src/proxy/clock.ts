/** Milliseconds on the clock that all processes of this machine share (CLOCK_MONOTONIC). */
export function clockMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Waits until `look` gives something; undefined when it has not within `limitMs`. */
export async function eventually<T>(
  look: () => Promise<T | undefined>,
  limitMs: number,
): Promise<T | undefined> {
  const until = clockMs() + limitMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || clockMs() > until) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
