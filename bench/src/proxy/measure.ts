/**
 * The whole comparison: behaviour first (it is what ends some peers), then event streams and load in
 * rounds. Within a round everybody has a turn, so that a busy minute of the machine hits all alike.
 */
import { measureAborts, type AbortResult, type Phase } from './aborts.ts';
import { measureBrokenAnswers, type BrokenAnswers } from './broken-answers.ts';
import { clockMs } from './clock.ts';
import { run, type Contender, type Running } from './contenders.ts';
import { measureStreams, type StreamsResult } from './event-streams.ts';
import { loadGenerator, type LoadGenerator, type LoadOrder, type LoadResult } from './load.ts';
import { MeasuredProcess, stopAll } from './measured-process.ts';
import { measureSlowReaders, type SlowReadersResult } from './slow-readers.ts';

export interface Plan {
  /** No new round of load begins that would end after this. */
  budgetMs: number;
  /** After this the turns that are left are skipped, whatever they are. */
  limitMs: number;
  loadSeconds: number;
  streamRounds: number;
  events: number;
  aborts: number;
  holdMs: number;
}

export type LoadName = 'get64' | 'post64' | 'get1';
export type LoadSample = LoadResult & { cpuUs: number };
export type StreamName = 'one' | 'many';
export const STREAMS: Record<StreamName, number> = { one: 1, many: 200 };

const LOADS: Record<LoadName, Pick<LoadOrder, 'method' | 'connections'>> = {
  get64: { method: 'GET', connections: 64 },
  post64: { method: 'POST', connections: 64 },
  get1: { method: 'GET', connections: 1 },
};

/** All samples of one contender. */
export interface Samples {
  name: string;
  version: string;
  load: Record<LoadName, LoadSample[]>;
  streams: Record<StreamName, StreamsResult[]>;
  aborts?: Record<Phase, AbortResult>;
  broken?: BrokenAnswers;
  slowReaders?: SlowReadersResult;
}

export interface Measurements {
  samples: Samples[];
  generator: string;
  loadRounds: number;
}

/** So that memory for the first requests is not counted as the slow readers'. */
const FIRST_REQUESTS = 50;
/** After about so many the engine has compiled what runs often; at most so many seconds. */
const WARM_UP = { requests: 10_000, seconds: 4 };

type Turn = (running: Running, samples: Samples) => Promise<void>;

export async function measureAll(contenders: Contender[], plan: Plan): Promise<Measurements> {
  const startedAt = clockMs();
  const generator = loadGenerator();
  try {
    const source = await MeasuredProcess.node('./upstream.process.ts', {});
    const upstream = new URL(`http://127.0.0.1:${source.port}`);
    const all: { running: Running; samples: Samples }[] = [];
    for (const contender of contenders) {
      all.push({ running: await run(contender, upstream), samples: emptySamples(contender) });
    }
    const elapsed = (): number => clockMs() - startedAt;
    const round = async (what: string, turn: Turn): Promise<void> => {
      console.log(`${(elapsed() / 1000).toFixed(0).padStart(4)} s  ${what}`);
      for (const { running, samples } of all) {
        if (elapsed() < plan.limitMs) await turn(running, samples);
      }
    };

    await round('slow readers', async (running, samples) => {
      for (let i = 0; i < FIRST_REQUESTS; i += 1)
        await (await fetch(running.url('/1k'))).arrayBuffer();
      samples.slowReaders = await measureSlowReaders(running, plan.holdMs);
    });
    await round('aborts and broken answers', async (running, samples) => {
      samples.aborts = await measureAborts(running, upstream, plan.aborts);
      samples.broken = await measureBrokenAnswers(running);
      const left = Object.values(samples.aborts).some((one) => one.noticed < one.arrived);
      // What it did not abort it still works on, which would count against it in the rounds.
      if (left || !samples.broken.survived) await restart(running, upstream);
    });
    await round('warm-up', (running) => warmUp(generator, running));
    for (let i = 1; i <= plan.streamRounds; i += 1) {
      // On a busy machine the load rounds matter more than a further round of streams.
      if (i > 1 && elapsed() > plan.budgetMs / 3) break;
      await round(`event streams, round ${i}`, async (running, samples) => {
        for (const name of ['one', 'many'] as const) {
          const order = { streams: STREAMS[name], events: plan.events };
          samples.streams[name].push(await measureStreams(running, order));
        }
      });
    }
    let loadRounds = 0;
    let longestMs = 0;
    while (loadRounds === 0 || elapsed() + longestMs < plan.budgetMs) {
      loadRounds += 1;
      const begunAt = clockMs();
      await round(`load, round ${loadRounds}`, async (running, samples) => {
        for (const name of Object.keys(LOADS) as LoadName[]) {
          samples.load[name].push(await load(generator, running, name, plan.loadSeconds));
        }
      });
      longestMs = Math.max(longestMs, clockMs() - begunAt);
    }
    return { samples: all.map((one) => one.samples), generator: generator.name, loadRounds };
  } finally {
    generator.close();
    await stopAll();
  }
}

async function load(
  generator: LoadGenerator,
  running: Running,
  name: LoadName,
  seconds: number,
): Promise<LoadSample> {
  const before = running.process?.cpuMicroseconds() ?? 0;
  const result = await generator.run({ url: running.url('/1k'), seconds, ...LOADS[name] });
  const after = running.process?.cpuMicroseconds() ?? 0;
  return { ...result, cpuUs: (after - before) / result.requests };
}

async function warmUp(generator: LoadGenerator, running: Running): Promise<void> {
  let requests = 0;
  for (let i = 0; i < WARM_UP.seconds / 2 && requests < WARM_UP.requests; i += 1) {
    requests += (await load(generator, running, 'get64', 1)).requests;
    requests += (await load(generator, running, 'post64', 1)).requests;
  }
}

async function restart(running: Running, upstream: URL): Promise<void> {
  await running.process?.stop();
  running.process = await running.contender.start?.(upstream);
}

function emptySamples({ name, version }: Contender): Samples {
  return {
    name,
    version,
    load: { get64: [], post64: [], get1: [] },
    streams: { one: [], many: [] },
  };
}
