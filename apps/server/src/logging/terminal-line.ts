import { printable } from './redaction.ts';

/** A log line for a person at a terminal: time, what happened, and only what explains it. */
export function terminalLine(line: string): string {
  const { time, level, msg, err, ...rest } = JSON.parse(line) as {
    time: string;
    level: string;
    msg?: string;
    err?: { stack?: string; message?: string };
    [key: string]: unknown;
  };
  const { method, route, status, ms } = rest;
  const what =
    typeof method === 'string' ? `${method} ${route} ${status} ${ms} ms` : describe(rest);
  const text = [time.slice(11, 19), level === 'info' ? '' : level.toUpperCase(), msg, what];
  const trace = err ? `\n${err.stack ?? err.message}` : '';
  return `${printable(text.filter(Boolean).join(' ').replaceAll('\n', ' ') + trace)}\n`;
}

function describe(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .filter(([key]) => key !== 'name')
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
