import { describe, expect, test, vi } from 'vitest';
import { createLog, maskSecrets } from './log.ts';

describe('the debug log', () => {
  test.each([
    'pat_AbC123xyz',
    'czs_qq-11_22',
    'session_mb1x2y3z_00112233445566778899aabbccddeeff',
    'Bearer abc.def-ghi',
    'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2ln',
  ])('masks %s', (secret) => {
    const masked = maskSecrets(`before ${secret} after`);
    expect(masked).toBe('before ••• after');
  });

  test('masks what has no recognisable shape when it is named', () => {
    expect(maskSecrets('key k3y-0f-th1s-install!', ['k3y-0f-th1s-install'])).toBe('key •••!');
  });

  test('is silent unless switched on, and masks what it says', () => {
    const said = vi.spyOn(console, 'debug').mockImplementation(() => undefined);
    let on = false;
    const log = createLog(
      () => on,
      () => [],
    );
    log.debug('quiet');
    on = true;
    log.debug('token', { token: 'czs_abcdef' });
    expect(said.mock.calls).toEqual([['[zcbot] token {"token":"•••"}']]);
    said.mockRestore();
  });
});
