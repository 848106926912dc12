import { printable } from './check.ts';

export type BrokerToken = { token: string } | { refusal: string; code: string };

/** Asks the running broker as the userscript does. @throws the error of `fetch` */
export async function askForToken(
  brokerUrl: string,
  sessionName: string,
  signal: AbortSignal,
): Promise<BrokerToken> {
  const answer = await fetch(`${brokerUrl}/callback`, {
    headers: { accept: 'application/json', 'x-session-name': sessionName },
    signal,
  });
  const body = (await answer.json()) as Record<string, unknown>;
  if (answer.ok && typeof body.access_token === 'string') return { token: body.access_token };
  const { error, code } = body;
  return {
    refusal: printable(typeof error === 'string' ? error : `status ${answer.status}`),
    code: typeof code === 'string' ? printable(code) : '',
  };
}
