import { describe, expect, test } from 'vitest';
import { ADA, BOB, makeToken } from '../testing/tokens.ts';
import { judgeMessage, type Expectation } from './guards.ts';

const PARENT = { name: 'the parent window' };
const ORIGIN = 'https://portal.example.com';
const expected: Expectation = { source: PARENT, origin: ORIGIN, hearsItself: false };
const token = makeToken(ADA);
const push = { type: 'zcbot-token', token, user_id: ADA };

function judge(change: { source?: unknown; origin?: string; data?: unknown }, hearsItself = false) {
  const event = { source: PARENT, origin: ORIGIN, data: push, ...change };
  return judgeMessage(event as MessageEvent<unknown>, { ...expected, hearsItself });
}

describe('a token push counts', () => {
  test('from the parent at the rendered origin', () => {
    expect(judge({})).toEqual({
      kind: 'accepted',
      push: { token, userId: ADA, userName: null },
    });
  });

  test('with the user’s name and a user_id in capitals', () => {
    const verdict = judge({ data: { ...push, user_id: ADA.toUpperCase(), user_name: 'Ada' } });
    expect(verdict).toMatchObject({ push: { userId: ADA, userName: 'Ada' } });
  });
});

test.each([
  ['from another window', { source: { name: 'a sibling frame' } }],
  ['without a source', { source: null }],
  ['from another origin', { origin: 'https://evil.example' }],
  ['from an origin the registered one is a prefix of', { origin: `${ORIGIN}.evil.example` }],
  ['from an origin that only ends like it', { origin: 'https://evil-portal.example.com' }],
  ['from the same host over http', { origin: 'http://portal.example.com' }],
  ['from another port', { origin: `${ORIGIN}:8443` }],
  ['that is a string', { data: 'zcbot-token' }],
  ['that is null', { data: null }],
  ['without a type', { data: { token, user_id: ADA } }],
  ['of an unknown type', { data: { ...push, type: 'zcbot-hello' } }],
  ['of a type only children send', { data: { type: 'zcbot-ready' } }],
  ['without a token', { data: { type: 'zcbot-token', user_id: ADA } }],
  ['with a token that is not a JWT', { data: { ...push, token: 'abc' } }],
  ['without a user_id', { data: { type: 'zcbot-token', token } }],
  ['with a user_id that is no UUID', { data: { ...push, user_id: 'ada' } }],
  ['whose user_id is not the token’s subject', { data: { ...push, user_id: BOB } }],
])('a message %s is dropped', (_, change) => {
  const verdict = judge(change);
  expect(verdict.kind).toBe('dropped');
  expect(JSON.stringify(verdict)).not.toContain(token);
});

test('the console’s own messages, heard in the self-posting way, are told apart', () => {
  expect(judge({ data: { type: 'zcbot-ready' } }, true)).toEqual({
    kind: 'echo',
    type: 'zcbot-ready',
  });
  expect(judge({}, true).kind).toBe('accepted');
});
