import { Bots } from '../bots/bots.ts';
import { Runs } from '../chat/runs.ts';
import { Files } from '../files/files.routes.ts';
import { Apps } from '../oauth/apps.ts';
import { Tokens } from '../oauth/tokens.ts';
import { PlannedFailures } from '../server/planned-failures.ts';
import type { RecordedRequest, SimulatedBot } from '../simulator-types.ts';
import { Conversations } from './conversations.ts';

/** Coze's channel "API", which counts where a request names none. */
export const DEFAULT_CONNECTOR = '1024';

/** Everything a simulator knows; gone when it stops. */
export class SimulatorState {
  readonly apps = new Apps();
  readonly bots: Bots;
  readonly conversations: Conversations;
  readonly failures = new PlannedFailures();
  readonly files = new Files();
  readonly runs = new Runs();
  readonly seenJtis = new Map<string, number>();
  readonly startedAt: number;
  readonly tokens: Tokens;
  audiences: string[] = [];
  charactersPerSecond: number;
  clockOffsetMs = 0;
  requests: RecordedRequest[] = [];
  readonly #now: () => number;

  constructor(options: { bots: SimulatedBot[]; charactersPerSecond: number; now: () => number }) {
    this.#now = options.now;
    this.charactersPerSecond = options.charactersPerSecond;
    this.bots = new Bots(options.bots);
    this.conversations = new Conversations(() => this.nowSeconds());
    this.tokens = new Tokens(() => this.now());
    this.startedAt = this.nowSeconds();
  }

  /** The simulated Coze's clock, in milliseconds since the epoch. */
  readonly now = (): number => this.#now() + this.clockOffsetMs;

  nowSeconds(): number {
    return Math.floor(this.now() / 1000);
  }
}
