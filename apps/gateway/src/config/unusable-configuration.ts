import { ConfigurationError, type Text } from '@zcbot/config';

/** What the operator put in place cannot be used: what is wrong and what to do. */
export class UnusableConfiguration extends ConfigurationError {
  constructor(texts: readonly Text[]) {
    super(texts);
    this.name = 'UnusableConfiguration';
  }
}
