/** One time limit after the other over a single exchange: head, then body or silence. */
import { CozeError, type TimeoutPhase } from '../errors/coze-error.ts';
import { remedyFor } from '../errors/remedies.ts';

const COVERS: Record<TimeoutPhase, string> = {
  head: 'no answer began within',
  body: 'the answer was not complete within',
  idle: 'the stream was silent for',
  upload: 'the file was not taken within',
  total: 'all tries together took longer than',
};

export function timeoutError(what: string, phase: TimeoutPhase, limitMs: number): CozeError {
  return new CozeError({
    kind: 'timeout',
    phase,
    message: `${what}: ${COVERS[phase]} ${limitMs} ms`,
    remedy: remedyFor('timeout'),
  });
}

/** `signal` aborts with the caller's reason, or with a `timeout` CozeError. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #what: string;
  readonly #caller: AbortSignal | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(what: string, caller?: AbortSignal) {
    this.#what = what;
    this.#caller = caller;
    if (caller?.aborted) this.#controller.abort(caller.reason);
    else caller?.addEventListener('abort', this.#onCallerAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Replaces the limit that runs. */
  arm(phase: TimeoutPhase, limitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#controller.abort(timeoutError(this.#what, phase, limitMs));
    }, limitMs);
  }

  /** No limit runs until the next `arm`. */
  hold(): void {
    clearTimeout(this.#timer);
  }

  /** Leaves no timer and no listener behind. */
  disarm(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener('abort', this.#onCallerAbort);
  }

  /** Ends the exchange; a connection that is still open closes. */
  abandon(): void {
    this.disarm();
    this.#controller.abort(new DOMException('no longer read', 'AbortError'));
  }

  readonly #onCallerAbort = (): void => {
    this.#controller.abort(this.#caller?.reason);
  };
}
