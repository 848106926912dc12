/** What must not happen in any test: checked for every page of every context, at the end of each. */
import { expect, type BrowserContext, type ConsoleMessage } from '@playwright/test';

const TOKEN = /eyJ[\w-]{8,}\.[\w-]{8,}\./;
const POLICY = /Content Security Policy|Refused to|Trusted ?(Type|HTML|Script)|Blocked script/i;
const OWN_HOST = /^(127\.0\.0\.1|localhost|.+\.localhost)$/;

export class Watch {
  readonly #lines: { type: string; text: string }[] = [];
  readonly #faults: string[] = [];
  readonly #expected: RegExp[] = [];
  readonly #secrets: string[];

  constructor(secrets: string[]) {
    this.#secrets = secrets;
  }

  follow(context: BrowserContext): void {
    context.on('console', (message) => this.#hear(message));
    context.on('weberror', (error) => this.#faults.push(`uncaught: ${error.error().message}`));
    context.on('dialog', (dialog) => {
      this.#faults.push(`a dialog opened: ${dialog.type()} ${dialog.message()}`);
      void dialog.dismiss();
    });
    context.on('request', (request) => {
      const url = new URL(request.url());
      if (TOKEN.test(request.url())) this.#faults.push(`a token in an address: ${url.pathname}`);
      const own = ['data:', 'blob:'].includes(url.protocol) || OWN_HOST.test(url.hostname);
      if (!own) this.#faults.push(`a request to a foreign host: ${url.origin}`);
    });
  }

  /** A complaint of the browser that this test is about. */
  expectComplaint(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  /** What the console had to say at this level, without its prefix. */
  heard(type: 'debug' | 'warning' | 'error'): string[] {
    return this.#lines
      .filter((line) => line.type === type && line.text.startsWith('[zcbot] '))
      .map(({ text }) => text.slice('[zcbot] '.length));
  }

  verify(serverLog: string): void {
    const texts = this.#lines.map(({ text }) => text);
    const secrets = (text: string): boolean =>
      TOKEN.test(text) || this.#secrets.some((secret) => text.includes(secret));
    const faults = [
      ...this.#faults,
      ...texts.filter((text) => POLICY.test(text)),
      ...texts.filter(secrets).map(() => 'a secret in a line of the browser’s console'),
      ...(secrets(serverLog) ? ['a secret in the log of the server'] : []),
    ];
    expect(faults.filter((fault) => !this.#expected.some((known) => known.test(fault)))).toEqual(
      [],
    );
  }

  #hear(message: ConsoleMessage): void {
    this.#lines.push({ type: message.type(), text: message.text() });
  }
}
