import { describe, expect, test } from 'vitest';
import { run } from './testing/zcbot-process.ts';

const CHINESE = { LC_ALL: 'zh_CN.UTF-8' };

describe('zcbot', () => {
  test.each([[[]], [['help']], [['--help']], [['-h']]])('%j lists every command', async (args) => {
    const { code, stdout } = await run(args);
    for (const command of ['start', 'serve', 'user add', 'user revoke', 'version']) {
      expect(stdout).toContain(`zcbot ${command}`);
    }
    expect(stdout).toContain('npm start');
    expect(code).toBe(0);
  });

  test('help of one command shows that one', async () => {
    const { stdout } = await run(['user', '--help']);
    expect(stdout).toContain('zcbot user passwd');
    expect(stdout).not.toContain('zcbot serve');
  });

  test('speaks Chinese where the system does', async () => {
    expect((await run(['help'], { environment: CHINESE })).stdout).toContain('列出所有用户');
    expect((await run(['x'], { environment: CHINESE })).stderr).toContain('没有“x”这个命令');
  });

  test('version', async () => {
    expect((await run(['--version'])).stdout).toMatch(/^zcbot \d/);
  });
});

describe('called wrongly, it says so without a stack trace and ends with 2', () => {
  test.each([
    [['gateways'], '"gateways" is not a zcbot command'],
    [['toString'], '"toString" is not a zcbot command'],
    [['serve', '--port', '1'], '--port'],
    [['serve', 'now'], 'takes no arguments'],
    [['coze-simulator', 'now'], 'takes options only'],
    [['coze-simulator', '--port', 'x'], '--port must be a number'],
    [['user'], 'needs one of: add, list, passwd, revoke'],
    [['user', 'constructor'], 'needs one of'],
    [['user', 'add'], 'exactly one argument: <email>'],
    [['user', 'list', 'all'], 'expected no arguments'],
    [['user', 'passwd', 'a@example.com', '--password', 'x'], '--password'],
  ])('%j', async (args, message) => {
    const { code, stderr, stdout } = await run(args);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
