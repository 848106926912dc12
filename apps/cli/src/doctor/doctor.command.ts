/** `zcbot doctor`: looks at everything that commonly goes wrong, and says what to do. */
import { parseArguments } from '../arguments.ts';
import { UsageError, type Command } from '../command.ts';
import { hasFailed, reportJson, reportText } from './report.ts';
import { runChecks } from './run-checks.ts';

/** For answers of the operating system that cannot be called off, such as a name being looked up. */
const LINGER_MS = 500;

export const doctor: Command = {
  name: 'doctor',
  usage: [
    {
      call: 'doctor [--json] [--embed <origin>]',
      does: {
        en: 'check ports, configuration, Coze, gateway and console, with a remedy for each fault',
        zh: '检查端口、配置、扣子、网关和控制台，并给出解决办法',
      },
    },
  ],
  notes: {
    en: '--embed: also whether pages of that origin may embed the console. --json: the results for programs.\nThe exit code is 1 when something is broken. Checks beside a running gateway what it really does.',
    zh: '--embed：同时检查该 origin 的页面能否嵌入控制台。--json：以 JSON 输出结果。\n有问题时退出码为 1。网关正在运行时，会检查它的实际行为。',
  },
  async run(args, { language, environment }) {
    const { values, positionals } = parseArguments(args, {
      json: { type: 'boolean', default: false },
      embed: { type: 'string' },
    });
    if (positionals.length > 0) throw surplus(positionals);
    // Loaded when needed: together they cost time that `zcbot help` need not wait.
    const { lookAround } = await import('./surroundings.ts');
    const { ALL_CHECKS } = await import('./checks/all-checks.ts');
    const results = await runChecks(ALL_CHECKS, lookAround(environment, values.embed));
    const report = values.json ? reportJson(results, language) : reportText(results, language);
    await new Promise<void>((resolve) => process.stdout.write(report, () => resolve()));
    setTimeout(() => process.exit(), LINGER_MS).unref();
    return hasFailed(results) ? 1 : 0;
  },
};

function surplus(positionals: string[]): UsageError {
  return new UsageError({
    en: `zcbot doctor takes options only; found ${positionals.join(' ')}`,
    zh: `zcbot doctor 只接受选项，却收到了：${positionals.join(' ')}`,
  });
}
