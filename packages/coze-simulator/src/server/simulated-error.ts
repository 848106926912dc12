/** Coze's failures, in the two shapes it has for them (docs: coze_error_codes, oauth_jwt). */

const MESSAGES: Record<number, string> = {
  4000: 'Request parameter error',
  4001: 'Chat not found',
  4002: 'Conversation not found, or it belongs to somebody else',
  4003: 'meta_data exceeds its limits',
  4004: 'Too many additional_messages',
  4005: 'A message in additional_messages is invalid',
  4006: 'Bot not found',
  4007: 'stream=false requires auto_save_history=true',
  4008: 'The daily limit of requests has been reached',
  4009: 'The system is busy',
  4010: 'The prompt is too long',
  4011: 'The Coze token balance is insufficient',
  4013: 'The model is rate limited',
  4014: 'The model cannot answer this question',
  4015: 'The bot is not published to this channel',
  4016: 'The conversation still has a running chat',
  4019: 'The account is in arrears',
  4020: 'The requests per minute of the plan are exceeded',
  4027: 'The account is overdue',
  4028: 'Insufficient coze credits balance',
  4100: 'authentication is invalid',
  4101: 'The token has no permission for this resource',
  4102: 'Refused by risk control',
  4104: 'The chat cannot be canceled in its current status',
  4105: 'The content is sensitive',
  4200: 'Resource not found',
  4300: 'The uploaded file is empty',
  4301: 'More than one file was uploaded',
  4302: 'The uploaded file is too big',
  4303: 'The type of the uploaded file is not supported',
  4304: 'The upload is invalid',
  5000: 'Internal error',
  700012006: 'access token invalid',
  702242003: 'The bot is not bound to the web SDK',
};

/** Answered as `{code, msg, detail: {logid}}`; most with status 200, as Coze does. */
export class SimulatedError extends Error {
  readonly code: number;
  readonly status: number;
  constructor(code: number, message?: string, status?: number) {
    super(message ?? MESSAGES[code] ?? `Error ${code}`);
    this.name = 'SimulatedError';
    this.code = code;
    this.status = status ?? (code === 4100 || code === 700012006 ? 401 : 200);
  }
}

/** Answered as `{error_code, error_message}`, by the token endpoint only. */
export class SimulatedAuthError extends Error {
  readonly errorCode: string;
  readonly status: number;
  constructor(
    errorCode: string,
    message: string,
    status = errorCode === 'invalid_client' ? 401 : 400,
  ) {
    super(message);
    this.name = 'SimulatedAuthError';
    this.errorCode = errorCode;
    this.status = status;
  }
}
