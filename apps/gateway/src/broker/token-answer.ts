/** What `/callback` answers: the shape the predecessor's clients read, plus numbers for programs. */
import type { AccessToken } from '@zcbot/coze/token-source';

export interface TokenAnswer {
  token_type: 'Bearer';
  access_token: string;
  refresh_token: '';
  /** `<epoch> (YYYY-MM-DD HH:MM:SS)`, local time. */
  expires_in: string;
  session_name?: string;
  /** Epoch seconds. */
  expires_at: number;
  ttl_seconds: number;
}

export function tokenAnswer(token: AccessToken, sessionName: string | undefined): TokenAnswer {
  const expiresAt = token.expiresAt ?? 0;
  return {
    token_type: 'Bearer',
    access_token: token.token,
    refresh_token: '',
    expires_in: `${expiresAt} (${localTime(expiresAt)})`,
    ...(sessionName === undefined ? {} : { session_name: sessionName }),
    expires_at: expiresAt,
    ttl_seconds: token.ttlSeconds ?? 0,
  };
}

function localTime(epochSeconds: number): string {
  const date = new Date(epochSeconds * 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}
