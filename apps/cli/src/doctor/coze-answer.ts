import { TOKEN_PATHS } from '@zcbot/coze/endpoints';

const ANSWER_TIMEOUT_MS = 4_000;

export type CozeAnswer =
  | {
      reached: true;
      status: number;
      /** Every answer of Coze's API carries its support id. */
      logid: string | null;
      /** Epoch milliseconds of the Date header; NaN without one. */
      date: number;
      sentAt: number;
      receivedAt: number;
    }
  | { reached: false; code: string };

/** One request without a token, to the path that every configuration needs. */
export async function askCoze(apiBase: string): Promise<CozeAnswer> {
  const sentAt = Date.now();
  try {
    const answer = await fetch(apiBase + TOKEN_PATHS.personal, {
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    const receivedAt = Date.now();
    await answer.body?.cancel();
    return {
      reached: true,
      status: answer.status,
      logid: answer.headers.get('x-tt-logid'),
      date: Date.parse(answer.headers.get('date') ?? ''),
      sentAt,
      receivedAt,
    };
  } catch (error) {
    const { name, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    const reason = cause?.code ?? cause?.message ?? name;
    return { reached: false, code: name === 'TimeoutError' ? 'ETIMEDOUT' : reason };
  }
}
