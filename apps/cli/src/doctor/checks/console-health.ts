import { finding, type Check, type Finding } from '../check.ts';
import { NO_CONSOLE } from '../not-checked.ts';

export const consoleHealth: Check = {
  id: 'console',
  what: { en: 'Console', zh: '控制台' },
  async run(surroundings, signal) {
    if (!(await surroundings.console())) return [NO_CONSOLE];
    const { consoleUrl } = surroundings;
    return Promise.all([ask(consoleUrl, '/healthz', signal), ask(consoleUrl, '/readyz', signal)]);
  },
};

async function ask(url: string, path: string, signal: AbortSignal): Promise<Finding> {
  const about = path.slice(1);
  const answer = await fetch(url + path, { signal });
  await answer.body?.cancel();
  if (answer.ok) {
    return { about, ...finding('ok', { en: `${url}${path}: fine`, zh: `${url}${path}：正常` }) };
  }
  const failing = finding(
    'fail',
    {
      en: `${url}${path} answers ${answer.status}: its database does not answer, or it is stopping`,
      zh: `${url}${path} 返回 ${answer.status}：数据库没有应答，或正在停止`,
    },
    {
      en: 'look at the console’s log and at DATABASE_URL',
      zh: '请查看控制台的日志和 DATABASE_URL',
    },
  );
  return { about, ...failing };
}
