import { expect, openChat, servedScript, test } from './fixtures.ts';

test('two people get two Coze sessions and never see each other’s history', async ({
  install,
  site,
  ownLine,
}) => {
  const line = await ownLine();
  const [one, other] = [await install({ line }), await install({ line })];
  const first = await openChat(one, site.url('/plain'));
  await first.ask('the secret of the first');
  await first.answered('the secret of the first');
  const second = await openChat(other, site.url('/plain'));
  await second.ask('the secret of the second');
  await second.answered('the secret of the second');

  await second.page.reload();
  await second.open();
  await expect(second.questions).toHaveText(/the secret of the second/);
  await second.page.getByRole('button', { name: '历史对话' }).click();
  await expect(second.page.locator('.list li')).toHaveCount(1);
  const stored = line.simulator.control.conversations();
  expect(stored).toHaveLength(2);
  expect(new Set(stored.map(({ sessionName }) => sessionName)).size).toBe(2);
  // Coze is told a derived name, never the one that proves who this is to the gateway.
  for (const profile of [one, other]) {
    const name = (await profile.values()).coze_session_name;
    expect(stored.map(({ sessionName }) => sessionName)).not.toContain(name);
  }
});

test('two tabs that start at once agree on one session and one pairing', async ({
  install,
  site,
  ownLine,
}) => {
  const line = await ownLine();
  const profile = await install({ line });
  const pages = await Promise.all(Array.from({ length: 4 }, () => profile.newPage()));
  await Promise.all(pages.map((page) => page.goto(site.url('/plain'))));
  for (const page of pages) await expect(page.locator('.bubble-button')).toBeVisible();
  await expect.poll(async () => (await profile.values()).zcbot_pairing).toBeTruthy();
  const bots = () =>
    line.simulator.control.requests().filter(({ path }) => path.startsWith('/v1/conversations'));
  await expect.poll(() => bots().length).toBeGreaterThanOrEqual(pages.length);
  expect(new Set(bots().map(({ sessionName }) => sessionName)).size).toBe(1);
  const pairings = (await profile.sent()).filter(({ url }) => url.endsWith('/pair'));
  expect(pairings).toHaveLength(1);
  const name = (await profile.values()).coze_session_name as string;
  expect(name).toMatch(/^session_[0-9a-z]{8}_[0-9a-f]{32}$/);
});

test('the predecessor’s session name is kept', async ({ install, site, line }) => {
  const profile = await install({ switchedOn: false });
  await profile.setValue('coze_session_name', 'session_mb1x2y3z_a1b2c3');
  await profile.setValue('zcbot_sites', { [site.host]: true });
  const view = await openChat(profile, site.url('/plain'));
  await view.ask('hello');
  await view.answered('hello');
  expect((await profile.values()).coze_session_name).toBe('session_mb1x2y3z_a1b2c3');
  const sent = (await profile.sent()).filter(({ url }) => url.startsWith(`${line.proxyUrl}/coze/`));
  for (const { headers } of sent) expect(headers['X-Session-Name']).toBe('session_mb1x2y3z_a1b2c3');
});

test('resetting the session starts with nothing', async ({ install, site }) => {
  const profile = await install();
  const view = await openChat(profile, site.url('/plain'));
  await view.ask('forget this');
  await view.answered('forget this');
  const before = (await profile.values()).coze_session_name;
  await view.page.getByRole('button', { name: '设置', exact: true }).click();
  await view.page.getByRole('button', { name: '重置我的会话' }).click();
  await view.page.getByRole('button', { name: '重置我的会话' }).click();
  await expect.poll(async () => (await profile.values()).coze_session_name).not.toBe(before);
  await expect(view.questions).toHaveCount(0);
  await view.page.getByRole('button', { name: '历史对话' }).click();
  await expect(view.page.locator('.note')).toHaveText('还没有历史对话。');
});

test('a foreign page cannot read the pairing code out of the served script', async ({
  install,
  site,
  line,
}) => {
  const profile = await install();
  const page = await profile.newPage();
  await page.goto(site.url('/plain'));
  const address = `${line.brokerUrl}/coze-chat.user.js`;
  const statuses: number[] = [];
  page.on('response', (response) => {
    if (response.url() === address) statuses.push(response.status());
  });
  const tries = await page.evaluate(async (url) => {
    const caught: unknown[] = [];
    const globals = window as unknown as Record<string, unknown>;
    // What the script would call on its way, replaced by something that keeps its arguments.
    for (const name of [
      'GM_getValue',
      'GM_setValue',
      'GM_xmlhttpRequest',
      'GM_registerMenuCommand',
    ]) {
      globals[name] = (...parameters: unknown[]) => void caught.push(parameters);
    }
    const load = (tag: 'script' | 'iframe' | 'img' | 'link'): Promise<string> =>
      new Promise((resolve) => {
        const element = document.createElement(tag);
        element.onload = () => resolve('loaded');
        element.onerror = () => resolve('refused');
        if (element instanceof HTMLLinkElement) {
          element.rel = 'stylesheet';
          element.href = url;
        } else element.src = url;
        document.body.append(element);
      });
    const script = await load('script');
    const image = await load('img');
    const style = await load('link');
    await load('iframe');
    const read = await fetch(url).then(
      async (response) => `${response.status} ${await response.text()}`,
      () => 'refused',
    );
    const opaque = await fetch(url, { mode: 'no-cors' }).then(
      (response) => response.type,
      () => 'refused',
    );
    return { script, image, style, read, opaque, caught };
  }, address);
  expect(tries).toMatchObject({
    script: 'refused',
    image: 'refused',
    style: 'refused',
    caught: [],
  });
  expect(tries.read).not.toContain('pairingCode');
  expect(statuses.filter((status) => status === 200)).toEqual([]);

  // The same address gives the script to a person who opens it, or to a manager.
  const script = await servedScript(line);
  expect(script).toMatch(/"pairingCode":"[\w-]{22}"/);
  expect(script).toContain(`@updateURL          ${line.brokerUrl}/coze-chat.user.js`);
});
