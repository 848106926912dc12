import { describe, expect, test } from 'vitest';
import { admit } from './allowed-calls.ts';

const ALLOWED = { botId: '7000000000000000001', userId: 'the-real-one' };
const JSON_TYPE: [string, string][] = [['Content-Type', 'application/json']];

function bytes(value: unknown): ArrayBuffer {
  return new TextEncoder().encode(JSON.stringify(value)).buffer;
}

function call(method: string, path: string, body: ArrayBuffer | null = null) {
  return admit({ method, path, headers: JSON_TYPE, body }, ALLOWED);
}

describe('the bridge lets through', () => {
  test.each([
    ['GET', '/v1/bots/7000000000000000001'],
    ['GET', '/v1/bot/get_online_info?bot_id=7000000000000000001&connector_id=999'],
    ['GET', '/v1/conversations?bot_id=7000000000000000001&connector_id=999&page_num=1&page_size=1'],
    ['POST', '/v1/conversation/message/list?conversation_id=1'],
    ['POST', '/v3/chat?conversation_id=1'],
    ['POST', '/v3/chat/cancel'],
  ])('%s %s', (method, path) => {
    expect(call(method, path)).toMatchObject({ method, path });
  });

  test('a chat with the user’s id put in by the script', () => {
    const body = bytes({ bot_id: ALLOWED.botId, user_id: 'zcbot', stream: true });
    const sent = JSON.parse(new TextDecoder().decode(call('POST', '/v3/chat', body)!.body!));
    expect(sent).toEqual({ bot_id: ALLOWED.botId, user_id: 'the-real-one', stream: true });
  });

  test('no header but the harmless ones', () => {
    const headers: [string, string][] = [
      ...JSON_TYPE,
      ['Authorization', 'Bearer placeholder'],
      ['X-Session-Name', 'somebody-else'],
      ['X-Zcbot-Pairing', 'guess'],
      ['Cookie', 'a=b'],
    ];
    const admitted = admit({ method: 'POST', path: '/v3/chat', headers, body: null }, ALLOWED);
    expect(admitted?.headers).toEqual({ 'Content-Type': 'application/json' });
  });
});

describe('the bridge refuses', () => {
  test.each([
    ['GET', '/v1/users/me'],
    ['POST', '/v1/workflow/run'],
    ['GET', '/v1/bots/7999999999999999999'],
    ['GET', '/v1/conversations?bot_id=7000000000000000001&bot_id=7999999999999999999'],
    ['DELETE', '/v3/chat'],
    ['GET', '//evil.example/v1/conversations'],
    ['GET', '/\\evil.example/v1/conversations'],
    ['GET', '/v1/../v1/users/me'],
    ['GET', '/v1/bots/%37000000000000000001'],
    ['GET', 'https://api.coze.cn/v1/conversations'],
    ['POST', '/api/permission/oauth2/token'],
  ])('%s %s', (method, path) => {
    expect(call(method, path)).toBeNull();
  });

  test.each([
    ['another bot', bytes({ bot_id: '7999999999999999999', user_id: 'x' })],
    ['a list', bytes([{ bot_id: ALLOWED.botId }])],
    ['what is no JSON', new TextEncoder().encode('bot_id=7999999999999999999').buffer],
  ])('a body with %s', (_words, body) => {
    expect(call('POST', '/v3/chat', body)).toBeNull();
  });
});
