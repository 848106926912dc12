/** For tests: a `Storage` of this process. */
export class MemoryStorage implements Storage {
  readonly #items = new Map<string, string>();
  /** Longest value taken; anything longer throws, as a full quota does. */
  quota = Number.POSITIVE_INFINITY;

  get length(): number {
    return this.#items.size;
  }
  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    if (value.length > this.quota) throw new DOMException('full', 'QuotaExceededError');
    this.#items.set(key, value);
  }
  removeItem(key: string): void {
    this.#items.delete(key);
  }
  clear(): void {
    this.#items.clear();
  }
}
