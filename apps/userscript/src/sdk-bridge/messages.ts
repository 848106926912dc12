/** What goes over the port between this script and its part in the page's own world. */

export type ToPage =
  | { type: 'start'; options: SdkOptions }
  | { type: 'stop' }
  | { type: 'head'; id: number; status: number; headers: [string, string][] }
  | { type: 'chunk'; id: number; bytes: ArrayBuffer }
  | { type: 'end'; id: number }
  | { type: 'error'; id: number };

export type FromPage =
  /** The page lets inline styles and HTML strings through, both of which the SDK needs. */
  | { type: 'hello'; styles: boolean; html: boolean }
  | { type: 'started' }
  | { type: 'failed'; reason: string }
  | {
      type: 'call';
      id: number;
      method: string;
      path: string;
      headers: [string, string][];
      body: ArrayBuffer | null;
    }
  | { type: 'abort'; id: number };

export interface SdkOptions {
  botId: string;
  language: 'zh' | 'en';
  title: string;
  narrow: boolean;
}

/** What the page side is started with; nothing in it is a secret. */
export interface PageConfig {
  nonce: string;
  /** Origins whose calls cross the bridge. */
  apiOrigins: string[];
}

export const PLACEHOLDER_TOKEN = 'zcbot-placeholder-no-token-in-this-page';
