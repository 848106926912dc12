import { afterEach, expect, test, vi } from 'vitest';
import { ADA, makeToken } from '../testing/tokens.ts';
import { openBridge } from './bridge.ts';

const ORIGIN = 'https://portal.example.com';

/** A window with nothing but what the bridge touches. */
function makeWindow() {
  const own = new EventTarget() as EventTarget & {
    parent: { postMessage: ReturnType<typeof vi.fn> };
  };
  own.parent = { postMessage: vi.fn() };
  const receive = (data: unknown, origin = ORIGIN, source: unknown = own.parent): void => {
    own.dispatchEvent(Object.assign(new Event('message'), { data, origin, source }));
  };
  return { own, receive };
}

function openOn(own: EventTarget) {
  return openBridge({ window: own as unknown as Window, parentOrigin: ORIGIN, selfParent: false });
}

afterEach(() => vi.restoreAllMocks());

test('sends exactly the v1 messages, to exactly the rendered origin', () => {
  vi.spyOn(console, 'debug').mockReturnValue();
  const { own } = makeWindow();
  const bridge = openOn(own);
  bridge.sendReady();
  bridge.sendUnauthorized();
  expect(own.parent.postMessage.mock.calls).toEqual([
    [{ type: 'zcbot-ready' }, ORIGIN],
    [{ type: 'zcbot-401' }, ORIGIN],
  ]);
});

test('passes accepted pushes on and drops the rest with one warning that holds no token', () => {
  const debug = vi.spyOn(console, 'debug').mockReturnValue();
  const warn = vi.spyOn(console, 'warn').mockReturnValue();
  const { own, receive } = makeWindow();
  const accepted = vi.fn();
  openOn(own).onToken(accepted);
  const token = makeToken(ADA);
  receive({ type: 'zcbot-token', token, user_id: ADA }, 'https://evil.example');
  expect(accepted).not.toHaveBeenCalled();
  expect(warn).toHaveBeenCalledTimes(1);
  receive({ type: 'zcbot-token', token, user_id: ADA });
  expect(accepted).toHaveBeenCalledExactlyOnceWith({ token, userId: ADA, userName: null });
  expect(warn).toHaveBeenCalledTimes(1);
  expect(JSON.stringify([...debug.mock.calls, ...warn.mock.calls])).not.toContain(token);
});

test('hears nothing once it is closed', () => {
  const { own, receive } = makeWindow();
  const accepted = vi.fn();
  const bridge = openOn(own);
  bridge.onToken(accepted);
  bridge.close();
  receive({ type: 'zcbot-token', token: makeToken(ADA), user_id: ADA });
  expect(accepted).not.toHaveBeenCalled();
});

test('keeps what comes before the console has loaded, and hands it over once', () => {
  const { own, receive } = makeWindow();
  const bridge = openOn(own);
  const token = makeToken(ADA);
  receive({ type: 'zcbot-token', token, user_id: ADA });
  const taken = vi.fn();
  bridge.onToken(taken);
  expect(taken).toHaveBeenCalledExactlyOnceWith({ token, userId: ADA, userName: null });
  receive({ type: 'zcbot-token', token: makeToken(ADA), user_id: ADA });
  expect(taken).toHaveBeenCalledTimes(2);
});
