/**
 * Turns whatever people paste into `private_key` into a key that can sign and nothing else:
 * PKCS8 (what Coze generates) or PKCS1, with real line breaks, literal `\n`, `\r\n` or none at all.
 * No message repeats any of the text.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Bilingual } from './credentials.ts';

export type PrivateKeyResult =
  { ok: true; key: CryptoKey } | { ok: false; code: string; message: Bilingual };

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/;

export async function parsePrivateKey(written: string): Promise<PrivateKeyResult> {
  const text = written
    .replaceAll(/\\+r/g, '')
    .replaceAll(/\\+n/g, '\n')
    .trim()
    .replaceAll(/^["']|["']$/g, '');
  const pem = PEM.exec(text);
  if (!pem) return { ok: false, ...explainNoPem(text) };
  const [, label = '', body = ''] = pem;
  if (label !== 'PRIVATE KEY' && label !== 'RSA PRIVATE KEY') return wrongLabel(label);
  if (/^Proc-Type:|^DEK-Info:/m.test(body)) return wrongLabel('ENCRYPTED PRIVATE KEY');
  const key = readKey(label, body);
  if (key === undefined) {
    return refuse(
      'private_key_damaged',
      'private_key is incomplete or damaged; copy all of private_key.pem again, from BEGIN to END',
      'private_key 不完整或已损坏；请重新完整复制 private_key.pem，从 BEGIN 到 END',
    );
  }
  if (key.asymmetricKeyType !== 'rsa') {
    return refuse(
      'private_key_not_rsa',
      `private_key is of type ${key.asymmetricKeyType ?? 'unknown'}; Coze needs RSA: create a new key in the OAuth app's settings`,
      `private_key 的类型是 ${key.asymmetricKeyType ?? '未知'}；Coze 需要 RSA：请在 OAuth 应用设置中新建密钥`,
    );
  }
  // RFC 7518 §3.3: RS256 needs at least 2048 bits.
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    return refuse(
      'private_key_short',
      'private_key has fewer than 2048 bits; create a new key in the OAuth app’s settings',
      'private_key 少于 2048 位；请在 OAuth 应用设置中新建密钥',
    );
  }
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const der = key.export({ type: 'pkcs8', format: 'der' });
  return {
    ok: true,
    key: await crypto.subtle.importKey('pkcs8', new Uint8Array(der), algorithm, false, ['sign']),
  };
}

function readKey(label: string, body: string): KeyObject | undefined {
  const lines = body.replaceAll(/\s/g, '').match(/.{1,64}/g) ?? [];
  try {
    return createPrivateKey(
      [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`].join('\n'),
    );
  } catch {
    // The cause may quote the input; nothing of it may leave.
    return undefined;
  }
}

function explainNoPem(text: string): { code: string; message: Bilingual } {
  if (text.includes('-----BEGIN')) {
    return {
      code: 'private_key_damaged',
      message: {
        en: 'private_key has no END line; copy all of private_key.pem again, from BEGIN to END',
        zh: 'private_key 缺少 END 行；请重新完整复制 private_key.pem，从 BEGIN 到 END',
      },
    };
  }
  if (/^[^\s]{1,200}\.(pem|key)$/i.test(text)) {
    return {
      code: 'private_key_is_a_path',
      message: {
        en: 'private_key names a file; paste the file’s content instead, each line break as \\n',
        zh: 'private_key 填写的是文件名；请填写文件内容，换行写成 \\n',
      },
    };
  }
  return {
    code: 'private_key_not_pem',
    message: {
      en: 'private_key must be the content of private_key.pem, starting with -----BEGIN PRIVATE KEY-----',
      zh: 'private_key 必须是 private_key.pem 的内容，以 -----BEGIN PRIVATE KEY----- 开头',
    },
  };
}

function wrongLabel(label: string): PrivateKeyResult {
  if (label.includes('PUBLIC KEY') || label === 'CERTIFICATE') {
    return refuse(
      'private_key_is_public',
      'private_key holds a public key; the private one is in the private_key.pem you downloaded when creating it',
      'private_key 填写的是公钥；私钥在创建密钥时下载的 private_key.pem 中',
    );
  }
  if (label.includes('ENCRYPTED')) {
    return refuse(
      'private_key_encrypted',
      'private_key is protected by a passphrase; use the private_key.pem that Coze gave, unchanged',
      'private_key 带有口令保护；请使用 Coze 提供的 private_key.pem，不要修改',
    );
  }
  return refuse(
    'private_key_not_rsa',
    `private_key is a ${label}; Coze needs an RSA key: create a new one in the OAuth app's settings`,
    `private_key 是 ${label}；Coze 需要 RSA 密钥：请在 OAuth 应用设置中新建`,
  );
}

function refuse(code: string, en: string, zh: string): PrivateKeyResult {
  return { ok: false, code, message: { en, zh } };
}
