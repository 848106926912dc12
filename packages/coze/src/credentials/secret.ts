import { inspect } from 'node:util';

const MASK = '[secret]';

/** Text that cannot be logged, serialised or interpolated by accident; `reveal()` is the only way. */
export class Secret {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  reveal(): string {
    return this.#text;
  }
  toString(): string {
    return MASK;
  }
  toJSON(): string {
    return MASK;
  }
  [inspect.custom](): string {
    return MASK;
  }
}
