import type { Transport } from './transport.ts';

/** For the broker's own /chat page, whose requests the gateway's CORS admits. */
export const fetchTransport: Transport = (url, request = {}) =>
  fetch(url, {
    method: request.method ?? 'GET',
    credentials: 'omit',
    cache: 'no-store',
    referrerPolicy: 'no-referrer',
    ...(request.headers ? { headers: request.headers } : {}),
    ...(request.body === undefined ? {} : { body: request.body }),
    ...(request.signal ? { signal: request.signal } : {}),
  });
