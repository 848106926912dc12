import { expect, test } from 'vitest';
import * as protocol from '@zcbot/protocol/http';
import * as limits from './limits.ts';

test('the interface enforces the limits of the protocol', () => {
  expect(limits.TITLE_MAX).toBe(protocol.TITLE_MAX);
  expect(limits.TEXT_MAX).toBe(protocol.TEXT_MAX);
});
