/** What stands in the frame where the parent may not embed the console (design §4.3). */
import { expect, test } from './fixtures.ts';
import { hostPage } from './platform/pages.ts';

const CASES: {
  named: string;
  query: string;
  code: string;
  status: number;
  zh: string;
  en: string;
}[] = [
  ...['', '&parent_origin='].map((query) => ({
    named: query === '' ? 'no parent_origin' : 'an empty parent_origin',
    query,
    code: 'missing_parent_origin',
    status: 400,
    zh: 'embed 模式缺少 parent_origin 参数',
    en: 'The parent_origin parameter is missing',
  })),
  ...[
    'null',
    '*',
    'localhost:3000',
    'http://localhost:3000/',
    'http://localhost:3000/portal',
    'HTTP://LOCALHOST:3000',
    'http://somebody@localhost:3000',
    'https://portal.example.com:443',
    'javascript:alert(1)',
    'data:text/html,hello',
    'http://localhost:3000 http://127.0.0.1:3000',
    '"><img src=x onerror=alert(1)>',
    "'; script-src *",
  ].map((claim) => ({
    named: `parent_origin ${claim}`,
    query: `&parent_origin=${encodeURIComponent(claim)}`,
    code: 'malformed_parent_origin',
    status: 400,
    zh: 'parent_origin 参数格式不正确',
    en: 'The parent_origin parameter is malformed',
  })),
  {
    named: 'two parent_origins',
    query: '&parent_origin=https://one.example&parent_origin=https://two.example',
    code: 'malformed_parent_origin',
    status: 400,
    zh: 'parent_origin 参数格式不正确',
    en: 'The parent_origin parameter is malformed',
  },
  {
    named: 'an origin nobody registered',
    query: '&parent_origin=https://portal.example.com',
    code: 'unregistered_parent_origin',
    status: 403,
    zh: '该平台的 origin 未登记，不能嵌入',
    en: 'The origin of this platform is not registered',
  },
];

test('without a parent that may embed it, the frame says what is wrong, in both languages and without a script', async ({
  page,
  platform,
  server,
}) => {
  const address = (query: string): string => `${server.origin}/static/dev.html?embed=1${query}`;
  const answers = new Map<string, number>();
  page.on('response', (response) => answers.set(response.url(), response.status()));
  const frames = CASES.map(
    ({ query }, index) =>
      `<iframe id="case-${index}" src="${address(query).replaceAll('&', '&amp;')}"></iframe>`,
  );
  await page.goto(platform.origin() + platform.publish(hostPage({ body: frames.join('') })));
  for (const [index, { named, query, code, status, zh, en }] of CASES.entries()) {
    await test.step(named, async () => {
      const frame = page.frameLocator(`#case-${index}`);
      await expect(frame.locator('main')).toHaveAttribute('data-code', code);
      await expect(frame.getByRole('heading', { name: zh, exact: true })).toBeVisible();
      await expect(frame.getByRole('heading', { name: en, exact: true })).toBeVisible();
      await expect(frame.locator('script, img, iframe, form')).toHaveCount(0);
      expect(answers.get(new URL(address(query)).href)).toBe(status);
    });
  }
});
