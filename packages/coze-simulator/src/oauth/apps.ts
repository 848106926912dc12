import {
  generateKeyPair,
  createPublicKey,
  randomBytes,
  randomInt,
  type KeyObject,
} from 'node:crypto';
import { promisify } from 'node:util';
import type { OAuthConfigFile } from '../simulator-types.ts';

/** Public keys by app and kid: what Coze knows of an OAuth app. */
export class Apps {
  readonly #keys = new Map<string, Map<string, KeyObject>>();

  /** @throws when the PEM is not an RSA public key */
  register(key: { clientId: string; publicKeyId: string; publicKey: string }): void {
    const parsed = createPublicKey(key.publicKey);
    if (parsed.asymmetricKeyType !== 'rsa') throw new TypeError('publicKey must be an RSA key');
    const ofApp = this.#keys.get(key.clientId) ?? new Map<string, KeyObject>();
    this.#keys.set(key.clientId, ofApp.set(key.publicKeyId, parsed));
  }

  /** The app and key of a kid. Fingerprints are unique among all apps. */
  findKey(publicKeyId: string): { clientId: string; publicKey: KeyObject } | undefined {
    for (const [clientId, keys] of this.#keys) {
      const publicKey = keys.get(publicKeyId);
      if (publicKey) return { clientId, publicKey };
    }
    return undefined;
  }
}

/** A new service app as Coze's console would make it, registered. */
export async function createApp(apps: Apps, url: string): Promise<OAuthConfigFile> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const clientId = `10${randomInt(10 ** 10, 10 ** 11)}`;
  const publicKeyId = randomBytes(32).toString('base64url');
  apps.register({ clientId, publicKeyId, publicKey });
  return {
    client_type: 'jwt',
    client_id: clientId,
    coze_www_base: url,
    coze_api_base: url,
    private_key: privateKey,
    public_key_id: publicKeyId,
  };
}
