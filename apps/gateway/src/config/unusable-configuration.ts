import { ConfigurationError } from '@zcbot/config';
import type { Bilingual } from '@zcbot/coze/credentials';

/** What the operator put in place cannot be used: what is wrong and what to do, in both languages. */
export class UnusableConfiguration extends ConfigurationError {
  readonly texts: readonly Bilingual[];
  constructor(texts: readonly Bilingual[]) {
    super(texts.map(({ en }) => en));
    this.name = 'UnusableConfiguration';
    this.texts = texts;
  }
}
