/** Checks a configured API base. Bearer tokens go there, so it is https, or http on this machine. */
import type { Bilingual, Region } from './credentials.ts';

export type ApiBaseResult =
  { ok: true; apiBase: string; region: Region } | { ok: false; message: Bilingual };

export function parseApiBase(value: string): ApiBaseResult {
  const written = value.trim();
  if (!URL.canParse(written)) {
    return refuse(
      `is not a URL; write https://api.coze.cn or https://api.coze.com`,
      `不是一个网址；请写 https://api.coze.cn 或 https://api.coze.com`,
    );
  }
  const url = new URL(written);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    return refuse(
      'must be scheme and host only, without user, query or fragment',
      '只能包含协议和主机，不能带用户名、查询参数或片段',
    );
  }
  if (url.pathname !== '/') {
    return refuse(
      `must end after the host: write ${url.origin}`,
      `主机之后不能再有路径：请写 ${url.origin}`,
    );
  }
  const loopback = /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    return refuse(
      'must be https, since tokens are sent there (http is allowed on this machine only)',
      '必须是 https，因为令牌会发送到该地址（仅本机可用 http）',
    );
  }
  const misplaced = /^(www\.)?coze\.(cn|com)$/.exec(url.hostname);
  if (misplaced) {
    return refuse(
      `names the website; the API is at https://api.coze.${misplaced[2]}`,
      `填写的是网站地址；API 地址是 https://api.coze.${misplaced[2]}`,
    );
  }
  return { ok: true, apiBase: url.origin, region: regionOf(url.hostname) };
}

export function regionOf(hostname: string): Region {
  if (/(^|\.)coze\.cn$/.test(hostname)) return 'cn';
  if (/(^|\.)coze\.com$/.test(hostname)) return 'com';
  return 'custom';
}

function refuse(en: string, zh: string): ApiBaseResult {
  return { ok: false, message: { en, zh } };
}
