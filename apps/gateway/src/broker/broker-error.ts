/**
 * Failures of the broker on the wire: `{error, error_type, details, code}`. `error` and `error_type`
 * are what the predecessor's clients read; `code` is stable.
 */
import { CozeError } from '@zcbot/coze/errors';
import { ProxyError } from '../proxy/proxy-error.ts';

export interface BrokerFailure {
  status: number;
  body: { error: string; error_type: string; details: string; code: string };
  retryAfterSeconds?: number;
}

const COZE_STATUS: Partial<Record<CozeError['kind'], number>> = {
  rate_limited: 429,
  timeout: 504,
};

export function brokerFailure(error: unknown): BrokerFailure {
  if (error instanceof ProxyError) {
    return {
      status: error.status,
      body: {
        error: error.message,
        error_type: 'request_refused',
        details: error.message,
        code: error.code,
      },
      ...(error.retryAfterSeconds === undefined
        ? {}
        : { retryAfterSeconds: error.retryAfterSeconds }),
    };
  }
  if (error instanceof CozeError) {
    const logid = error.logid === undefined ? '' : ` (logid ${error.logid})`;
    return {
      status: COZE_STATUS[error.kind] ?? 502,
      body: {
        error: `Failed to get access token: ${error.remedy.en}`,
        error_type: 'jwt_authentication_failed',
        details: `${error.message}${logid}`,
        code: error.kind,
      },
      ...(error.retryAfterMs === undefined
        ? {}
        : { retryAfterSeconds: Math.ceil(error.retryAfterMs / 1000) }),
    };
  }
  const text = 'The gateway could not handle this request. Its log says why.';
  return {
    status: 500,
    body: { error: text, error_type: 'internal', details: text, code: 'internal' },
  };
}

export function patNotHandedOut(): BrokerFailure {
  const text =
    'A personal access token is never handed out. Call Coze through the gateway instead: /coze/<path> on the proxy port adds it.';
  return {
    status: 409,
    body: {
      error: text,
      error_type: 'pat_not_handed_out',
      details: text,
      code: 'pat_not_handed_out',
    },
  };
}
