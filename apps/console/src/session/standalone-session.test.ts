import { beforeEach, expect, test } from 'vitest';
import { createStorage } from '../storage/storage.ts';
import { MemoryStorage } from '../testing/memory-storage.ts';
import { ADA, BOB, makeToken } from '../testing/tokens.ts';
import { createStandaloneSession } from './standalone-session.ts';

let browser: MemoryStorage;
beforeEach(() => (browser = new MemoryStorage()));
const open = () => createStandaloneSession({ storage: createStorage(() => browser) });

test('starts at the login page, and after a login comes back by itself', () => {
  const session = open();
  expect(session.state.value).toEqual({ phase: 'signed-out', expired: false });
  const token = makeToken(ADA);
  session.signIn(token);
  expect(session.token.value).toBe(token);
  expect(open().state.value).toMatchObject({ phase: 'active', identity: { userId: ADA } });
});

test('a token that had worked and ends keeps the main view and asks to sign in', () => {
  const session = open();
  const token = makeToken(ADA);
  session.signIn(token);
  session.worked(token);
  session.refused(token);
  expect(session.state.value).toMatchObject({ phase: 'active', renewal: 'sign-in' });
  const renewed = makeToken(ADA);
  session.signIn(renewed);
  expect(session.state.value).toMatchObject({ phase: 'active', renewal: 'none' });
  expect(session.token.value).toBe(renewed);
});

test('a kept token that is refused at once leads to the login page', () => {
  const token = makeToken(ADA);
  open().signIn(token);
  const session = open();
  session.refused(token);
  expect(session.state.value).toEqual({ phase: 'signed-out', expired: true });
});

test('signing out in another tab closes the view, also one that asks to sign in again', () => {
  const [token, session, other] = [makeToken(ADA), open(), open()];
  session.signIn(token);
  session.worked(token);
  other.followOtherTab();
  session.refused(token);
  expect(session.state.value).toMatchObject({ renewal: 'sign-in' });
  other.signOut();
  session.followOtherTab();
  expect(session.state.value).toEqual({ phase: 'signed-out', expired: false });
});

test('a token refused after another tab signed out does not ask to sign in again', () => {
  const [token, session] = [makeToken(ADA), open()];
  session.signIn(token);
  session.worked(token);
  open().signOut();
  session.refused(token);
  expect(session.state.value).toEqual({ phase: 'signed-out', expired: false });
});

test('another tab’s fresh token is tried before asking to sign in', () => {
  const session = open();
  const token = makeToken(ADA);
  session.signIn(token);
  session.worked(token);
  const fresher = makeToken(ADA);
  open().signIn(fresher);
  session.refused(token);
  expect(session.token.value).toBe(fresher);
});

test('follows another tab that signs out, and one that signs somebody else in', () => {
  const session = open();
  const other = open();
  session.signIn(makeToken(ADA));
  other.signIn(makeToken(BOB));
  session.followOtherTab();
  expect(session.state.value).toMatchObject({ identity: { userId: BOB } });
  other.signOut();
  session.followOtherTab();
  expect(session.state.value).toEqual({ phase: 'signed-out', expired: false });
});
