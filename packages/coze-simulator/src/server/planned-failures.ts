import type { PlannedFailure } from '../simulator-types.ts';

/** Failures asked for by `control.fail`, each used up after its number of times. */
export class PlannedFailures {
  #planned: { failure: PlannedFailure; left: number }[] = [];

  add(failure: PlannedFailure): void {
    this.#planned.push({ failure, left: failure.times ?? 1 });
  }

  /** The oldest one that applies to this path. */
  take(path: string): PlannedFailure | undefined {
    const found = this.#planned.find(
      ({ failure }) => failure.path === undefined || failure.path === path,
    );
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#planned = this.#planned.filter((planned) => planned !== found);
    return found.failure;
  }

  clear(): void {
    this.#planned = [];
  }
}
