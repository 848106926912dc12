import { printable, type Check, type Finding, type Result } from './check.ts';
import type { Surroundings } from './surroundings.ts';

export const CHECK_TIMEOUT_MS = 5_000;

/** All at once, each within its time; the results come in the order of the checks. */
export async function runChecks(
  checks: readonly Check[],
  surroundings: Surroundings,
  timeoutMs = CHECK_TIMEOUT_MS,
): Promise<Result[]> {
  const all = checks.map(async (check) => {
    const findings = await bounded(check, surroundings, timeoutMs);
    return findings.map(({ about, what, ...rest }) => ({
      id: about === undefined ? check.id : `${check.id}.${about}`,
      what: what ?? check.what,
      ...rest,
    }));
  });
  return (await Promise.all(all)).flat();
}

async function bounded(
  check: Check,
  surroundings: Surroundings,
  timeoutMs: number,
): Promise<Finding[]> {
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<Finding[]>((resolve) => {
    timer = setTimeout(() => {
      limit.abort();
      resolve([late(timeoutMs)]);
    }, timeoutMs);
  });
  try {
    return await Promise.race([check.run(surroundings, limit.signal), tooLate]);
  } catch (error) {
    return [broken(error)];
  } finally {
    clearTimeout(timer);
  }
}

function late(timeoutMs: number): Finding {
  const seconds = timeoutMs / 1000;
  return {
    status: 'fail',
    message: { en: `no result within ${seconds} s`, zh: `${seconds} 秒内没有结果` },
    remedy: {
      en: 'look at the network, and at how busy this machine is, and run it again',
      zh: '请检查网络和本机负载，然后再运行一次',
    },
  };
}

/** A fault of the check itself must not hide what the others found. */
function broken(error: unknown): Finding {
  const reason = printable(error instanceof Error ? error.message : String(error));
  return {
    status: 'fail',
    message: { en: `the check itself failed: ${reason}`, zh: `检查本身出错：${reason}` },
  };
}
