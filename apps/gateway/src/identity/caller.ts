/**
 * Who calls, and which Coze session that is.
 *
 *   X-Zcbot-Pairing of a known install   kind `install`, caller = the install
 *   none, on a loopback gateway          kind `loopback`; the name itself is the bearer secret
 *   none, elsewhere                      401 `pairing_required`
 *
 * The name sent to Coze is derived from a secret, the kind and the caller, so no name that somebody
 * picks here can be that of a console user or of another install.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { sessionNamesBy } from '@zcbot/coze/session-name';
import { ProxyError } from '../proxy/proxy-error.ts';
import type { Pairing } from './pairing.ts';

const NAME_MAX = 200;

export interface Caller {
  kind: 'install' | 'loopback';
  /** The install's id; empty on loopback. */
  id: string;
}

export interface CozeSession {
  caller: Caller;
  /** As the caller gave it; undefined for the predecessor's shared session (`raw` only). */
  name: string | undefined;
  /** What Coze is told; undefined for the shared session. */
  sessionName: string | undefined;
}

export interface Callers {
  /** @throws ProxyError `pairing_required` */
  identify(headers: IncomingHttpHeaders): Caller;
  /** @throws ProxyError `session_name_required`, `bad_request` */
  session(caller: Caller, name: string | undefined): CozeSession;
}

export function createCallers(options: {
  pairing: Pairing;
  secret: Uint8Array;
  mode: 'derived' | 'raw';
  /** False when the gateway listens on more than loopback. */
  loopbackOnly: boolean;
}): Callers {
  const derive = sessionNamesBy(options.secret);

  return {
    identify(headers) {
      const key = headers['x-zcbot-pairing'];
      if (typeof key === 'string' && key !== '') {
        const install = options.pairing.installOf(key);
        if (install) return { kind: 'install', id: install.id };
        throw new ProxyError(
          'pairing_required',
          'This install is not paired with this gateway any more. Install the userscript from the gateway again.',
        );
      }
      if (options.loopbackOnly) return { kind: 'loopback', id: '' };
      throw new ProxyError(
        'pairing_required',
        'This gateway can be reached from other machines, so every caller must be paired. Ask its operator for an install link.',
      );
    },

    session(caller, given) {
      const name = given?.trim();
      if (!name) {
        if (options.mode === 'raw') return { caller, name: undefined, sessionName: undefined };
        throw new ProxyError(
          'session_name_required',
          'Say whose session this is: add ?session_name=… or the header X-Session-Name.',
        );
      }
      if (name.length > NAME_MAX || /[\u0000-\u001f\u007f]/.test(name)) {
        throw new ProxyError(
          'bad_request',
          `A session name has at most ${NAME_MAX} characters and no control characters.`,
        );
      }
      const raw = options.mode === 'raw';
      const sessionName = raw ? name : derive(caller.kind, caller.id, name);
      return { caller, name, sessionName };
    },
  };
}
