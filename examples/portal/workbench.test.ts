import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type Frame, type Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { chromiumLaunch } from '../../tests/setup/chromium.ts';
import { createPortal } from './app.mjs';
import { EMPLOYEES } from './employees.mjs';
import { createSessions } from './sessions.mjs';
import { PLATFORM_KEY, startFakeZcbot, type FakeZcbot } from './testing/fake-zcbot.ts';
import { SILENT_FRAME, STAND_IN_FRAME } from './testing/stand-in-frame.ts';
import { createZcbot } from './zcbot.mjs';

const [userA, userB] = EMPLOYEES.map((employee: { zcbotUserId: string }) => employee.zcbotUserId);

/** A busy machine takes its time; a sound one answers at once. */
const PATIENCE = { timeout: 10_000 };

interface Received {
  origin: string;
  data: { type: string; token: string; user_id: string; user_name: string };
}

let browser: Browser;
let zcbot: FakeZcbot;
let portal: ReturnType<typeof createPortal>;
let page: Page;
let origin: string;
let complaints: string[];

async function startPortal({ frame = STAND_IN_FRAME, platformKey = PLATFORM_KEY } = {}) {
  zcbot = await startFakeZcbot({ frame });
  portal = createPortal({
    zcbotOrigin: zcbot.origin,
    zcbot: createZcbot({ origin: zcbot.origin, platformKey }),
    sessions: createSessions(),
    log: () => {},
  });
  portal.listen(0, '127.0.0.1');
  await once(portal, 'listening');
  // Another name than zcbot's, so that the two are not even of the same site.
  origin = `http://localhost:${(portal.address() as AddressInfo).port}`;
}

async function open(query = '') {
  await page.goto(`${origin}/login`);
  await page.click('button[value=a]');
  if (query) await page.goto(`${origin}/${query}`);
}

function frame(): Frame {
  return page.frames().find((candidate) => candidate.url().startsWith(zcbot.origin))!;
}

async function received(count: number): Promise<Received[]> {
  await expect.poll(() => frame().evaluate('received.length'), PATIENCE).toBe(count);
  return frame().evaluate('received');
}

function listed(): Promise<string[]> {
  return page.locator('#messages .type').allTextContents();
}

beforeAll(async () => {
  browser = await chromium.launch(chromiumLaunch());
});
afterAll(() => browser.close());

beforeEach(async () => {
  const context = await browser.newContext({ locale: 'en-US' });
  page = await context.newPage();
  complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) complaints.push(message.text());
  });
});

afterEach(async () => {
  await page.context().close();
  portal.closeAllConnections();
  portal.close();
  await zcbot.close();
  expect(complaints).toEqual([]);
  expect(zcbot.faults).toEqual([]);
});

describe('with a console that answers', () => {
  beforeEach(() => startPortal());

  it('hands the frame the token of whoever is signed in, in exactly the keys of the protocol', async () => {
    await open();
    const [message] = await received(1);
    expect(Object.keys(message!.data)).toEqual(['type', 'token', 'user_id', 'user_name']);
    expect(message).toMatchObject({ origin, data: { type: 'zcbot-token', user_id: userA } });
  });

  it('lists every message in both directions, and shows a token nowhere', async () => {
    await open();
    const [message] = await received(1);
    await page.click('#workbench-toggle');
    // On a busy machine the first zcbot-ready may come before the listener, and is then repeated.
    expect((await listed()).slice(-3)).toEqual([
      'zcbot-ready',
      'POST /api/zcbot-token · 200',
      'zcbot-token',
    ]);
    const { jti } = JSON.parse(atob(message!.data.token.split('.')[1]!)) as { jti: string };
    const markup = await page.content();
    expect(markup).toContain(jti.slice(0, 8));
    for (const piece of message!.data.token.split('.')) expect(markup).not.toContain(piece);
    await page.click('#clear');
    expect(await listed()).toEqual([]);
  });

  it('answers a 401 with a new token', async () => {
    await open();
    await received(1);
    await frame().evaluate("say('zcbot-401')");
    const [first, second] = await received(2);
    expect(second!.data.token).not.toBe(first!.data.token);
  });

  it('takes no notice of a message that is not from the frame, but lists it', async () => {
    await open();
    await received(1);
    await page.click('#workbench-toggle');
    const calls = zcbot.calls.length;
    await page.evaluate("window.postMessage({ type: 'zcbot-ready' }, location.origin)");
    await page.locator('#messages li.faulty').waitFor();
    expect(await page.locator('#messages li.faulty').textContent()).toContain('elsewhere → page');
    expect(zcbot.calls).toHaveLength(calls);
  });

  it('switches the user without reloading the frame', async () => {
    await open();
    await received(1);
    await page.click('#workbench-toggle');
    await page.click('[data-switch-user=b]');
    const messages = await received(2);
    expect(messages.map(({ data }) => data.user_id)).toEqual([userA, userB]);
    expect(await page.textContent('[data-employee-name]')).toBe('User B');
  });

  it('pushes broken tokens by hand and good ones by itself', async () => {
    await open();
    const [good] = await received(1);
    await page.click('#workbench-toggle');
    const push = async (fault: string, count: number) => {
      await page.click(`[data-push=${fault}]`);
      return (await received(count)).at(-1)!.data;
    };
    expect(await push('again', 2)).toEqual(good!.data);
    const foreign = await push('foreign', 3);
    expect([userA, userB]).not.toContain(foreign.user_id);
    const expired = await push('expired', 4);
    const claims = JSON.parse(atob(expired.token.split('.')[1]!)) as { sub: string; exp: number };
    expect(claims.sub).toBe(userA);
    expect(claims.exp * 1000).toBeLessThan(Date.now());
    expect((await push('garbage', 5)).token).toBe('this-is-not-a-token');
    await frame().evaluate("say('zcbot-401')");
    expect((await received(6)).at(-1)!.data.token).toMatch(/^[\w-]+\.[\w-]+\.s+$/);
  });

  it('answers every ready with a refused token for as long as it is told to', async () => {
    await open();
    await received(1);
    await page.click('#workbench-toggle');
    await page.selectOption('#answer-with', 'expired');
    await frame().evaluate("say('zcbot-401'), say('zcbot-401')");
    const messages = await received(3);
    for (const { data } of messages.slice(1)) expect(data.token).not.toMatch(/\.s+$/);
  });

  it('attaches its listener late when asked to', async () => {
    await open('?listen_after=1');
    expect((await received(1))[0]!.data.user_id).toBe(userA);
    const waitedMs = `(() => {
      const at = (type) => wireTap.entries.find((entry) => entry.type === type).at;
      return at('zcbot-token') - at('zcbot-ready');
    })()`;
    expect(await page.evaluate(waitedMs)).toBeGreaterThan(900);
  });

  it('revokes on the server, and signs out with the frame gone', async () => {
    await open();
    await received(1);
    await page.click('#workbench-toggle');
    await page.click('#revoke');
    await page.getByText('Revoked.').waitFor();
    await page.click('#sign-out button');
    await page.getByText('your zcbot tokens are revoked').waitFor();
    const revoked = zcbot.calls.filter(({ path }) => path === '/v1/auth/revoke');
    expect(revoked.map(({ userId }) => userId)).toEqual([userA, userA]);
  });

  it('opens the frame with what the form says', async () => {
    await open();
    await received(1);
    await page.click('#workbench-toggle');
    await page.selectOption('[name=theme]', 'dark');
    await page.selectOption('[name=lang]', 'zh-CN');
    await page.fill('[name=task_id]', userB!);
    await page.click('#open-with button');
    await page.waitForURL(/task_id=/);
    await received(1);
    const parameters = new URL(frame().url()).searchParams;
    expect(parameters.get('theme')).toBe('dark');
    expect(parameters.get('lang')).toBe('zh-CN');
    expect(parameters.get('task_id')).toBe(userB);
    expect(await page.inputValue('[name=task_id]')).toBe(userB);
  });

  it('says that the portal’s own session has ended', async () => {
    await open();
    await received(1);
    await page.context().clearCookies();
    await frame().evaluate("say('zcbot-401')");
    await page.getByRole('alert').getByText('session has ended').waitFor();
    expect(await page.getByRole('link', { name: 'Sign in again' }).getAttribute('href')).toBe(
      '/login',
    );
  });

  it('keeps the workbench within reach of the keyboard and of 360 px', async () => {
    await page.setViewportSize({ width: 360, height: 640 });
    await open();
    await received(1);
    await page.focus('#workbench-toggle');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('workbench-close');
    await page.keyboard.press('Escape');
    expect(await page.evaluate('document.activeElement.id')).toBe('workbench-toggle');
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(overflow)).toBe(0);
  });

  it.each(['light', 'dark'] as const)(
    'has no serious fault of accessibility, %s',
    async (colorScheme) => {
      await page.emulateMedia({ colorScheme });
      await page.goto(`${origin}/login`);
      expect(await violations()).toEqual([]);
      await open();
      await received(1);
      await page.click('#workbench-toggle');
      expect(await violations()).toEqual([]);
    },
  );
});

it('says when zcbot refuses the platform key', async () => {
  await startPortal({ platformKey: 'not-the-key-that-zcbot-has' });
  await open();
  await page.getByRole('alert').getByText('does not accept this platform’s key').waitFor();
});

it('says when its origin is not registered with zcbot', async () => {
  await startPortal({ frame: SILENT_FRAME });
  zcbot.answer = (_request, response) => response.writeHead(403).end('placeholder');
  await open();
  await page.getByRole('alert').getByText(`origin ${origin}`).waitFor({ timeout: 15_000 });
});

it('says when zcbot cannot be reached', async () => {
  await startPortal();
  zcbot.answer = (_request, response) => response.destroy();
  await open();
  await page.getByRole('alert').getByText('cannot be reached').waitFor({ timeout: 15_000 });
});

async function violations() {
  const { violations: found } = await new AxeBuilder({ page }).exclude('iframe').analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}
