/** Prometheus metrics. No label ever holds what a user wrote: routes are patterns, statuses classes. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What is read off the server at each scrape. */
export interface Watched {
  openStreams: () => number;
  activeRuns: () => number;
  pendingEvents: () => number;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram;
  readonly #refused: Counter;
  readonly #events: Counter;
  readonly #commits: Histogram;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'zcbot_http_request_duration_seconds',
      help: 'From the head of a request to the end of its answer; event streams are left out.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    });
    this.#refused = new Counter({
      name: 'zcbot_http_malformed_total',
      help: 'Connections closed because they sent no well-formed request, or not in time.',
      labelNames: ['status'],
      registers,
    });
    this.#events = new Counter({
      name: 'zcbot_run_events_committed_total',
      help: 'Run events written to the log.',
      registers,
    });
    this.#commits = new Histogram({
      name: 'zcbot_run_events_commit_duration_seconds',
      help: 'Time one commit of run events takes.',
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
      registers,
    });
  }

  watch(watched: Watched): void {
    this.#gauge('zcbot_streams_open', 'Event streams that are open.', watched.openStreams);
    this.#gauge('zcbot_runs_active', 'Runs this server works on.', watched.activeRuns);
    this.#gauge(
      'zcbot_run_events_pending',
      'Run events that wait for the next commit.',
      watched.pendingEvents,
    );
  }

  request(labels: { method: string; route: string; status: number }, seconds: number): void {
    const status = `${Math.floor(labels.status / 100)}xx`;
    this.#requests.observe({ method: labels.method, route: labels.route, status }, seconds);
  }

  malformed(status: number): void {
    this.#refused.inc({ status: String(status) });
  }

  committed(events: number, seconds: number): void {
    this.#events.inc(events);
    this.#commits.observe(seconds);
  }

  /** In the text format, and its content type. */
  async render(): Promise<{ text: string; type: string }> {
    return { text: await this.#registry.metrics(), type: this.#registry.contentType };
  }

  #gauge(name: string, help: string, value: () => number): void {
    const gauge = new Gauge({ name, help, registers: [this.#registry], collect });
    function collect(): void {
      gauge.set(value());
    }
  }
}
