/** One exchange of an assertion for a token: a single try, whatever comes of it. */
import { z } from 'zod';
import type { JwtCredentials } from '../credentials/credentials.ts';
import { failureOf, notCoze } from '../errors/describe-answer.ts';
import { TOKEN_PATHS } from '../endpoints.ts';
import { Deadline } from '../http/deadline.ts';
import { readAnswer, send } from '../http/exchange.ts';
import type { Scope, SessionIdentity } from '../tokens/token-types.ts';
import { signAssertion } from './assertion.ts';
import type { ClockOffset } from './clock-offset.ts';

export interface IssuedToken {
  token: string;
  /** Epoch seconds by Coze's clock. */
  expiresAt: number;
}

export interface ExchangeContext {
  credentials: JwtCredentials;
  fetch: typeof globalThis.fetch;
  clock: ClockOffset;
  /** Our clock, in milliseconds. */
  now: () => number;
  durationSeconds: number;
  headMs: number;
  bodyMs: number;
  signal: AbortSignal;
}

/**
 * The signature was refused, and in the same answer our clock turned out to be wrong: signing again
 * with the right time may help.
 */
export class ClockCorrected extends Error {}

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Less than what the header can tell is no reason to ask again. */
const NOTABLE_OFFSET_MS = 1_000;
/** `expires_in` is an epoch; a number this small could only be a duration. */
const EARLIEST_EPOCH = 1_000_000_000;

const Success = z.looseObject({
  // What a header can carry: fetch would repeat anything else in its error.
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]),
});

/** @throws CozeError, ClockCorrected, or the signal's reason */
export async function exchangeToken(
  context: ExchangeContext,
  request: SessionIdentity & { scope?: Scope },
): Promise<IssuedToken> {
  const { credentials, clock, now } = context;
  const path = tokenPath(credentials);
  const what = `POST ${path}`;
  const assertion = await signAssertion(credentials, request, clock.serverNow());
  const deadline = new Deadline(what, context.signal);
  try {
    deadline.arm('head', context.headMs);
    const sentAt = now();
    const response = await send(
      context.fetch,
      {
        what,
        url: credentials.apiBase + path,
        method: 'POST',
        headers: {
          authorization: `Bearer ${assertion}`,
          'content-type': 'application/json',
          accept: 'application/json',
        },
        body: JSON.stringify({
          grant_type: GRANT_TYPE,
          duration_seconds: context.durationSeconds,
          ...(request.scope !== undefined && { scope: request.scope }),
        }),
      },
      deadline,
    );
    const corrected = clock.observe(response.headers.get('date'), sentAt, now());
    deadline.arm('body', context.bodyMs);
    const answer = await readAnswer(response, what, deadline);
    const failure = failureOf(answer, what, now());
    if (failure?.kind === 'invalid_client' && corrected > NOTABLE_OFFSET_MS) {
      throw new ClockCorrected('signed by a wrong clock', { cause: failure });
    }
    if (failure) throw failure;
    const success = Success.safeParse(answer.body);
    if (!success.success) throw notCoze(answer, what, 'JSON without a token');
    const { access_token: token, expires_in: told } = success.data;
    const serverSeconds = clock.serverNow() / 1000;
    const expiresAt = told < EARLIEST_EPOCH ? Math.floor(serverSeconds) + told : told;
    if (expiresAt <= serverSeconds) throw notCoze(answer, what, 'a token that has expired already');
    return { token, expiresAt };
  } finally {
    deadline.disarm();
  }
}

function tokenPath({ account }: JwtCredentials): string {
  if (account === undefined) return TOKEN_PATHS.personal;
  return account.kind === 'account'
    ? TOKEN_PATHS.account(account.id)
    : TOKEN_PATHS.enterprise(account.id);
}
