/** The log: one JSON object per line on standard error, or short lines when a person is watching. */
import { destination, pino, type DestinationStream, type Logger } from 'pino';
import { errorRecord } from './error-record.ts';
import { createRedaction } from './redaction.ts';
import { terminalLine } from './terminal-line.ts';

export function createLogger(options: {
  /** Never to be seen in the log. */
  secrets: readonly string[];
  /** Default: standard error. */
  output?: DestinationStream;
}): Logger {
  const redact = createRedaction(options.secrets);
  const output = options.output ?? standardError();
  return pino(
    {
      level: 'info',
      base: { name: 'zcbot' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: errorRecord },
      hooks: { streamWrite: redact },
    },
    output,
  );
}

function standardError(): DestinationStream {
  if (!process.stderr.isTTY) return destination({ fd: 2, sync: true });
  return { write: (line) => process.stderr.write(terminalLine(line)) };
}
