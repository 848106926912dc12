/**
 * Where a call to Coze goes, and what goes with it:
 *
 *   jwt, pat   <proxy>/coze/<path>, with the session's name and the pairing key; the gateway adds
 *              the token
 *   own-pat    <proxy>/<Coze's API>/<path>, with the token typed into the settings
 */
import { REGION_BASES } from '@zcbot/coze/endpoints';
import type { Pairing } from '../pairing/pairing.ts';
import type { Settings } from '../settings/settings.ts';
import type { Transport, TransportRequest } from './transport.ts';

export interface Gateway {
  /** @param path with its query, such as `/v3/chat?conversation_id=1` */
  toCoze(path: string, request?: TransportRequest): Promise<Response>;
}

export function createGateway(parts: {
  transport: Transport;
  settings: () => Settings;
  sessionName: () => Promise<string>;
  pairing: Pick<Pairing, 'ensure' | 'refused'>;
}): Gateway {
  const { transport, pairing } = parts;

  async function withSession(url: string, request: TransportRequest, key: string | undefined) {
    return transport(url, {
      ...request,
      headers: {
        ...request.headers,
        'X-Session-Name': await parts.sessionName(),
        ...(key === undefined ? {} : { 'X-Zcbot-Pairing': key }),
      },
    });
  }

  return {
    async toCoze(path, request = {}) {
      const settings = parts.settings();
      if (settings.auth === 'own-pat') {
        const base = settings.apiBase || REGION_BASES[settings.region].api;
        return transport(`${settings.proxyUrl}/${base}${path}`, {
          ...request,
          headers: { ...request.headers, Authorization: `Bearer ${settings.pat}` },
        });
      }
      const url = `${settings.proxyUrl}/coze${path}`;
      const key = await pairing.ensure();
      const response = await withSession(url, request, key);
      if (key === undefined || !(await refusesPairing(response))) return response;
      // The gateway was set up anew. A script that was too brings a code: nobody need notice.
      pairing.refused();
      const other = await pairing.ensure();
      return other === undefined || other === key ? response : withSession(url, request, other);
    },
  };
}

async function refusesPairing(response: Response): Promise<boolean> {
  if (response.status !== 401) return false;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return (body as { code?: unknown } | null)?.code === 'pairing_required';
}
