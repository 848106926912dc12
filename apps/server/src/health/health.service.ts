/** Whether this server should get requests. A load balancer asks; see docs/operations.md. */
import type { HealthStore } from './health.store.ts';

/** A database slower than this counts as away (in milliseconds). */
const PING_TIMEOUT_MS = 2_000;

export type Readiness = 'ready' | 'draining' | 'database_away';

export class HealthService {
  readonly #store: HealthStore;
  #draining = false;

  constructor(store: HealthStore) {
    this.#store = store;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** From now on this server is not ready: it is stopping. */
  drain(): void {
    this.#draining = true;
  }

  async readiness(): Promise<Readiness> {
    if (this.#draining) return 'draining';
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Readiness>((resolve) => {
      timer = setTimeout(() => resolve('database_away'), PING_TIMEOUT_MS);
    });
    const asked = this.#store.ping().then(
      (): Readiness => 'ready',
      (): Readiness => 'database_away',
    );
    const answer = await Promise.race([asked, late]);
    clearTimeout(timer);
    return answer;
  }
}
