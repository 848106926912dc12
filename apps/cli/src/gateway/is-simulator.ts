const ANSWER_TIMEOUT_MS = 3_000;

/**
 * Whether the Coze simulator listens at this configured API base, so that pages can say so. Only
 * plain http on this machine is asked: the real Coze is never there.
 */
export async function isSimulator(apiBase: string): Promise<boolean> {
  if (!apiBase.startsWith('http://')) return false;
  try {
    const answer = await fetch(apiBase, {
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    const body = (await answer.json()) as { simulator?: unknown } | null;
    return body?.simulator === true;
  } catch {
    return false;
  }
}
