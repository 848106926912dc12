/** What `npm start` gives, used as a newcomer does: portal, embedded console, console on its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zcbot, type ZcbotProcess } from '../../apps/cli/src/testing/zcbot-process.ts';
import { ConsoleView } from './console-view.ts';
import { expect, test } from './fixtures.ts';

let folder: string;
let started: ZcbotProcess;
let addresses: { portal: string; console: string; email: string; password: string };

test.beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'zcbot-e2e-start-'));
  started = zcbot(['start'], {
    environment: {
      ZCBOT_PORT: '0',
      ZCBOT_PORTAL_PORT: '0',
      COZE_PROXY_PORT: '0',
      COZE_AUTH_PORT: '0',
      ZCBOT_DATA_DIR: path.join(folder, 'data'),
    },
  });
  const text = await started.until(/Data +\S/);
  const found = (pattern: RegExp): string => pattern.exec(text)![1]!;
  addresses = {
    portal: found(/Example platform +(\S+)/),
    console: found(/Console +(\S+)/),
    email: found(/(\S+@\S+)/),
    password: found(/password +(\S+)/),
  };
});
test.afterAll(async () => {
  started.child.kill('SIGTERM');
  await started.ended;
  await rm(folder, { recursive: true, force: true });
});

test('the portal shows a working console, its users never meet, and its workbench causes a harmless 401', async ({
  page,
}) => {
  await page.goto(addresses.portal);
  await page.locator('button[value=a]').click();
  const view = new ConsoleView(page.frameLocator('#zcbot-frame'));
  await view.send('a table, please');
  await view.answered();
  await expect(view.answers.getByRole('table')).toBeVisible();
  await expect(view.byTestId('user-name')).toHaveText('User A');
  await view.composer.fill('half a sentence');

  await page.locator('#workbench-toggle').click();
  await page.locator('#revoke').click();
  await expect(page.locator('#messages .type').filter({ hasText: 'zcbot-401' })).toHaveCount(1);
  await expect(view.sessionBar).toBeHidden();
  await expect(view.composer).toHaveValue('half a sentence');

  await page.locator('[data-switch-user=b]').click();
  await expect(view.byTestId('user-name')).toHaveText('User B');
  await expect(view.taskItems).toHaveCount(0);
  await expect(view.composer).toHaveValue('');
  await page.locator('[data-switch-user=a]').click();
  await expect(view.taskTitles).toHaveText(['a table, please']);
});

test('the first user’s password, printed once, opens the console on its own', async ({ page }) => {
  await page.goto(addresses.console);
  const view = new ConsoleView(page);
  await view.root.getByLabel('E-mail').fill(addresses.email);
  await view.root.getByLabel('Password', { exact: true }).fill(addresses.password);
  await page.keyboard.press('Enter');
  await view.send('code');
  await view.answered();
  await expect(view.byTestId('engine')).toHaveText('Demo');
});
