import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecordedRequest } from '../simulator-types.ts';
import type { SimulatorState } from '../state/simulator-state.ts';
import type { Owner } from './call.ts';

/** Enough for any test; a demo left running for weeks must not grow. */
const MAX_RECORDS = 10_000;

/** Appends the record now and completes it when the response has ended. */
export function recordRequest(
  state: SimulatorState,
  request: IncomingMessage,
  response: ServerResponse,
): (owner: Owner) => void {
  const record: RecordedRequest = {
    method: request.method ?? '',
    path: request.url ?? '',
    clientId: null,
    sessionName: null,
    status: 0,
    aborted: false,
    headers: {},
  };
  for (const [name, value] of Object.entries(request.headers)) {
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    record.headers[name] = name === 'authorization' ? text.replace(/\S+$/, '[token]') : text;
  }
  state.requests.push(record);
  if (state.requests.length > MAX_RECORDS) state.requests.shift();
  response.once('close', () => {
    record.status = response.headersSent ? response.statusCode : 0;
    record.aborted = !response.writableFinished;
  });
  return ({ clientId, sessionName }) => Object.assign(record, { clientId, sessionName });
}
