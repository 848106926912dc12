/** The public face of the simulator as a library. */

export interface CozeSimulatorOptions {
  /** Default is 0: any free port. */
  port?: number;
  /** Default is `127.0.0.1`. */
  host?: string;
  /**
   * Hosts accepted as `aud` besides the simulator's own `127.0.0.1:<port>` and `localhost:<port>`,
   * e.g. `api.coze.cn` when a proxy stands in between. Default is none.
   */
  audiences?: string[];
  /** Bots, all published to every channel. Default is one bot with a well-known id. */
  bots?: SimulatedBot[];
  /** Text per second of an answer, in characters. Default is 60; Infinity sends without a pause. */
  charactersPerSecond?: number;
  /** Injected for tests. In milliseconds since the epoch. Default is Date.now. */
  now?: () => number;
}

export interface SimulatedBot {
  id: string;
  name: string;
  description?: string;
  prologue?: string;
  suggestedQuestions?: string[];
}

/** What coze_oauth_config.json holds, in its field order. */
export interface OAuthConfigFile {
  client_type: 'jwt';
  client_id: string;
  coze_www_base: string;
  coze_api_base: string;
  private_key: string;
  public_key_id: string;
}

export interface CozeSimulator {
  /** Origin, without a trailing slash: what COZE_API_BASE should be. */
  readonly url: string;
  /** A registered service app with a key pair made at the start; write it as coze_oauth_config.json. */
  readonly oauthConfig: OAuthConfigFile;
  /** A registered personal access token, made at the start. */
  readonly pat: string;
  /** The first bot. */
  readonly botId: string;
  readonly control: SimulatorControl;
  /** Ends all streams and connections. */
  stop(): Promise<void>;
}

/** One simulated failure of an API call; the keywords in a message (`sim:…`) reach the same ones. */
export interface PlannedFailure {
  /** Path it applies to, e.g. `/v3/chat` or `/api/permission/oauth2/token`. Default is every path. */
  path?: string;
  /** How often. Default is 1. */
  times?: number;
  /** HTTP status of the answer. Default is 200, as Coze does for most business errors. */
  status?: number;
  /** Coze's code in the answer, in the shape of the endpoint. */
  code?: number | string;
  message?: string;
  /** Seconds, as a Retry-After header. */
  retryAfterSeconds?: number;
  /** Waits before the head of the answer, in milliseconds; without status and code the call then succeeds. */
  delayMs?: number;
  /** Destroys the connection instead of answering. */
  reset?: boolean;
  /** Answers with an HTML page, as a proxy in between would. */
  html?: boolean;
}

export interface SimulatorControl {
  fail(failure: PlannedFailure): void;
  /** Every token issued so far answers 401 with 4100 from now on. */
  expireTokens(): void;
  /** The Date header, and the clock that judges assertions, run ahead by this much. */
  setClockOffset(milliseconds: number): void;
  setCharactersPerSecond(speed: number): void;
  /** Registers a further app's public key (SPKI PEM), or a further key of a known app. */
  registerKey(key: { clientId: string; publicKeyId: string; publicKey: string }): void;
  registerPat(pat: string): void;
  /** A bot no longer published to a channel answers 4015 there. */
  unpublish(botId: string, connectorId: string): void;
  /** Every request since the start or the last `forget`, newest last; never a token. */
  requests(): RecordedRequest[];
  /** Empties the record of requests, and drops failures not yet used. */
  forget(): void;
  /** Conversations as stored, for assertions about who owns what. */
  conversations(): StoredConversationInfo[];
}

export interface RecordedRequest {
  method: string;
  /** With its query. */
  path: string;
  /** The app of the token or assertion; null for a PAT or none. */
  clientId: string | null;
  sessionName: string | null;
  status: number;
  /** The client went away before the answer was complete. */
  aborted: boolean;
  headers: Record<string, string>;
}

export interface StoredConversationInfo {
  id: string;
  clientId: string | null;
  sessionName: string | null;
  connectorId: string;
  botId: string;
  messages: number;
}
