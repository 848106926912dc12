/** The measurements as Markdown: minimum and median where there are rounds. */
import { median } from '../report.ts';
import { PHASES, type AbortResult } from './aborts.ts';
import type { Samples } from './measure.ts';
import { BODY_BYTES, READERS, type SlowReadersResult } from './slow-readers.ts';

const REFERENCE = 'nginx';

export function tables(all: Samples[]): string {
  const sorted = all.toSorted((a, b) => sortKey(a) - sortKey(b));
  return [
    '## Small requests (1 KB of JSON)',
    'CPU of the proxy’s process per request, minimum / median over the rounds; the order is by the first column.',
    loadTable(sorted),
    '## Event streams',
    'The upstream sends its head at once and the first event 120 ms later. Best / median over the rounds; “no proxy” is what client and upstream add by themselves.',
    streamTable(sorted),
    '## Aborts, broken answers, slow readers',
    `Aborts: how many of those the upstream learned of within 1.5 s, and the median time. Cut: the upstream breaks off in the middle; the caller should see that (visible), not a clean end (hidden) and not nothing (hangs). Slow readers: growth of the resident set in a fresh process, and its height, with ${READERS} callers that ask for ${BODY_BYTES / 2 ** 20} MiB and do not read.`,
    behaviourTable(sorted),
  ].join('\n\n');
}

function sortKey({ name, load }: Samples): number {
  return name === 'no proxy' ? -1 : least(load.get64.map((one) => one.cpuUs));
}

function loadTable(all: Samples[]): string {
  const reference = all.find(({ name }) => name === REFERENCE);
  const base = reference && least(reference.load.get64.map((one) => one.cpuUs));
  return markdown(
    [
      'proxy',
      'CPU µs/GET',
      `× ${REFERENCE}`,
      'CPU µs/POST',
      'GET/s best (median)',
      '64 connections: p50 / p99 ms',
      '1 connection: p50 / p99 ms',
      'failed',
    ],
    all.map(({ name, version, load }) => {
      const cpu = load.get64.map((one) => one.cpuUs);
      const proxied = name !== 'no proxy';
      const rates = load.get64.map((one) => one.perSecond);
      const failed = Object.values(load)
        .flat()
        .reduce((sum, one) => sum + one.failed, 0);
      return [
        `${name} ${version}`.trim(),
        proxied ? pair(cpu, 1) : '–',
        proxied && base && cpu.length > 0 ? (least(cpu) / base).toFixed(1) : '–',
        proxied
          ? pair(
              load.post64.map((one) => one.cpuUs),
              1,
            )
          : '–',
        best(rates),
        quantiles(load.get64),
        quantiles(load.get1),
        String(failed),
      ];
    }),
  );
}

/** The best round's p50 and p99. */
function quantiles(samples: { p50Ms: number; p99Ms: number }[]): string {
  if (samples.length === 0) return '–';
  return `${least(samples.map((one) => one.p50Ms)).toFixed(2)} / ${least(samples.map((one) => one.p99Ms)).toFixed(2)}`;
}

function streamTable(all: Samples[]): string {
  return markdown(
    [
      'proxy',
      'head ms, 1 stream',
      'event p50 ms',
      'event p99 ms',
      'head ms, 200 streams',
      'event p50 ms',
      'event p99 ms',
      'CPU µs/event',
      'arrived',
    ],
    all.map(({ name, streams: { one, many } }) => [
      name,
      ...[one, many].flatMap((rounds) => [
        pair(
          rounds.map((round) => round.headMs),
          1,
        ),
        pair(
          rounds.map((round) => round.p50Ms),
          2,
        ),
        pair(
          rounds.map((round) => round.p99Ms),
          2,
        ),
      ]),
      name === 'no proxy'
        ? '–'
        : pair(
            many.map((round) => round.cpuPerEventUs),
            1,
          ),
      percent([...one, ...many].map((round) => round.arrived)),
    ]),
  );
}

function behaviourTable(all: Samples[]): string {
  return markdown(
    [
      'proxy',
      ...PHASES.map((phase) => `abort ${phase}`),
      'cut, chunked',
      'cut, with length',
      'slow readers MiB',
    ],
    all.map(({ name, aborts, broken, slowReaders }) => [
      name,
      ...PHASES.map((phase) => (aborts ? abortText(aborts[phase]) : '–')),
      broken?.chunked ?? '–',
      broken ? broken.length + (broken.survived ? '' : ', and the process died') : '–',
      slowReaders ? growth(slowReaders) : '–',
    ]),
  );
}

function abortText({ tries, arrived, noticed, medianMs, maxMs }: AbortResult): string {
  if (arrived === 0) return 'not passed on yet';
  const share = `${noticed}/${arrived}${arrived < tries ? ` (of ${tries})` : ''}`;
  return noticed === 0
    ? `never (${share})`
    : `${share}, ${medianMs.toFixed(0)} ms (max ${maxMs.toFixed(0)})`;
}

function growth({ beforeMiB, highestMiB }: SlowReadersResult): string {
  return `+${(highestMiB - beforeMiB).toFixed(0)} (to ${highestMiB.toFixed(0)})`;
}

function best(rates: number[]): string {
  if (rates.length === 0) return '–';
  return `${Math.max(...rates).toFixed(0)} (${median(rates).toFixed(0)})`;
}

function percent(shares: number[]): string {
  return shares.length === 0 ? '–' : `${(100 * least(shares)).toFixed(0)} %`;
}

function pair(values: number[], digits: number): string {
  if (values.length === 0) return '–';
  return `${least(values).toFixed(digits)} / ${median(values).toFixed(digits)}`;
}

function least(values: number[]): number {
  return Math.min(...values);
}

function markdown(head: string[], rows: string[][]): string {
  const line = (cells: string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
