/** Safari ends a composition just before the Enter that confirmed it. */
const AFTER_COMPOSITION_MS = 100;

/**
 * Tells an Enter that sends from one that chooses a character. Feed it the field's `compositionend`.
 */
export class CompositionGuard {
  #endedAt = Number.NEGATIVE_INFINITY;

  ended(at: number): void {
    this.#endedAt = at;
  }

  /** True while the key belongs to an input method. `timeStamp` in milliseconds, as events have it. */
  composing(event: Pick<KeyboardEvent, 'isComposing' | 'keyCode' | 'timeStamp'>): boolean {
    return (
      event.isComposing ||
      event.keyCode === 229 ||
      event.timeStamp - this.#endedAt < AFTER_COMPOSITION_MS
    );
  }
}
