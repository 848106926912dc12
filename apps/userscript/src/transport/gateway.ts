/**
 * Where a call to Coze goes, and what goes with it:
 *
 *   jwt, pat   <proxy>/coze/<path>, with the session's name and the pairing key; the gateway adds
 *              the token
 *   own-pat    <proxy>/<Coze's API>/<path>, with the token typed into the settings
 */
import { REGION_BASES } from '@zcbot/coze/endpoints';
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
  pairingKey: () => string | undefined;
}): Gateway {
  return {
    async toCoze(path, request = {}) {
      const settings = parts.settings();
      if (settings.auth === 'own-pat') {
        const base = settings.apiBase || REGION_BASES[settings.region].api;
        return parts.transport(`${settings.proxyUrl}/${base}${path}`, {
          ...request,
          headers: { ...request.headers, Authorization: `Bearer ${settings.pat}` },
        });
      }
      const key = parts.pairingKey();
      return parts.transport(`${settings.proxyUrl}/coze${path}`, {
        ...request,
        headers: {
          ...request.headers,
          'X-Session-Name': await parts.sessionName(),
          ...(key === undefined ? {} : { 'X-Zcbot-Pairing': key }),
        },
      });
    },
  };
}
