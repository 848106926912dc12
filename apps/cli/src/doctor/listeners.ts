/** Asks what listens on a port whether it is ours. Whatever it answers is foreign until checked. */

const ANSWER_TIMEOUT_MS = 3_000;
const VERSION = /^\d+\.\d+\.\d+[\w.+-]{0,40}$/;

export interface ProxyFacts {
  version: string;
  simulator: boolean;
}

export interface BrokerFacts {
  version: string;
  credentials: 'jwt' | 'pat' | 'none';
  clientId?: string;
  apiBase?: string;
  simulator: boolean;
  loopbackOnly: boolean;
  weakNameSeen: boolean;
  botId?: string;
}

export async function askProxy(url: string): Promise<ProxyFacts | null> {
  const answer = await askForJson(url);
  const { name, version, simulator } = answer ?? {};
  if (name !== 'zcbot CORS proxy' || !isVersion(version)) return null;
  return { version, simulator: simulator === true };
}

export async function askBroker(url: string): Promise<BrokerFacts | null> {
  const answer = await askForJson(url);
  const { version, credentials, clientId, apiBase, botId } = answer ?? {};
  if (credentials !== 'jwt' && credentials !== 'pat' && credentials !== 'none') return null;
  if (!isVersion(version)) return null;
  return {
    version,
    credentials,
    ...(typeof clientId === 'string' && { clientId }),
    ...(typeof apiBase === 'string' && URL.canParse(apiBase) && { apiBase }),
    ...(typeof botId === 'string' && { botId }),
    simulator: answer?.simulator === true,
    loopbackOnly: answer?.loopbackOnly === true,
    weakNameSeen: answer?.weakNameSeen === true,
  };
}

/** The console refuses a caller without a token in its own way. */
export async function askConsole(url: string): Promise<boolean> {
  const answer = await ask(`${url}/v1/auth/me`);
  const type = answer?.headers.get('content-type') ?? '';
  await answer?.body?.cancel();
  return answer?.status === 401 && type.startsWith('application/problem+json');
}

export async function askPortal(url: string): Promise<boolean> {
  const answer = await ask(`${url}/zcbot-embed.js`);
  return answer?.status === 200 && (await textOf(answer)).includes('zcbot-ready');
}

async function askForJson(url: string): Promise<Record<string, unknown> | null> {
  const answer = await ask(url);
  if (answer === null) return null;
  try {
    const value: unknown = JSON.parse(await textOf(answer));
    return typeof value === 'object' ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

async function ask(url: string): Promise<Response | null> {
  // Port 0 is "any free one": nobody can say which it was.
  if (new URL(url).port === '0') return null;
  try {
    return await fetch(url, {
      headers: { accept: 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
  } catch {
    return null;
  }
}

async function textOf(answer: Response): Promise<string> {
  return answer.text().catch(() => '');
}

function isVersion(value: unknown): value is string {
  return typeof value === 'string' && VERSION.test(value);
}
