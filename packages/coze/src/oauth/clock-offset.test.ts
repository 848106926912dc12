import { describe, expect, test } from 'vitest';
import { ClockOffset } from './clock-offset.ts';

const HERE = Date.UTC(2026, 5, 1, 12, 0, 0, 250);

function learn(aheadMs: number, roundTripMs = 100): ClockOffset {
  const clock = new ClockOffset(() => HERE);
  const date = new Date(HERE + roundTripMs / 2 + aheadMs).toUTCString();
  clock.observe(date, HERE, HERE + roundTripMs);
  return clock;
}

describe('Coze’s clock', () => {
  test('is ours until an answer was seen', () => {
    const clock = new ClockOffset(() => HERE);
    expect(clock.offsetMs).toBeNull();
    expect(clock.serverNow()).toBe(HERE);
  });

  test.each([0, 300])('%d ms off is within what the header can tell', (ahead) => {
    expect(learn(ahead).offsetMs).toBe(0);
  });

  test.each([90_000, 3_600_000, -90_000, -86_400_000])('%d ms off is noticed', (ahead) => {
    const clock = learn(ahead);
    expect(Math.abs(clock.offsetMs! - ahead)).toBeLessThan(1_600);
    // Never later than the truth: a date in Coze's future would be refused.
    expect(clock.serverNow()).toBeLessThanOrEqual(HERE + ahead);
  });

  test('does not wander by the noise of single answers', () => {
    const clock = learn(90_000);
    const before = clock.offsetMs;
    for (const noise of [-400, 300, 600, 0]) {
      const date = new Date(HERE + 90_000 + noise).toUTCString();
      expect(clock.observe(date, HERE, HERE + 50)).toBe(0);
    }
    expect(clock.offsetMs).toBe(before);
  });

  test('follows when ours is set right', () => {
    const clock = learn(90_000);
    const changed = clock.observe(new Date(HERE).toUTCString(), HERE, HERE);
    expect(clock.offsetMs).toBe(0);
    expect(changed).toBeGreaterThan(80_000);
  });

  test.each([null, '', 'yesterday'])('a Date of %j tells nothing', (date) => {
    const clock = new ClockOffset(() => HERE);
    expect(clock.observe(date, HERE, HERE)).toBe(0);
    expect(clock.offsetMs).toBeNull();
  });
});
