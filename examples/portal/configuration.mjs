/** The only place of this example that knows the names of environment variables. */

export class ConfigurationError extends Error {
  name = 'ConfigurationError';
}

/**
 * @param {Record<string, string | undefined>} environment
 * @returns {{ port: number, zcbotOrigin: string, platformKey: string }}
 * @throws {ConfigurationError} naming every fault with its remedy; the key never appears in it
 */
export function readConfiguration(environment) {
  const faults = [];
  const rawPort = environment.PORT?.trim() || '3000';
  const port = /^\d{1,5}$/.test(rawPort) ? Number(rawPort) : NaN;
  if (!(port <= 65535)) faults.push('PORT: must be a port number from 0 to 65535');

  const zcbotOrigin = environment.ZCBOT_ORIGIN?.trim() || 'http://127.0.0.1:8765';
  if (!isOrigin(zcbotOrigin)) {
    faults.push('ZCBOT_ORIGIN: must be scheme://host[:port] and nothing more, without a slash');
  }
  const platformKey = environment.ZCBOT_PLATFORM_KEY?.trim() ?? '';
  if (platformKey === '') {
    faults.push('ZCBOT_PLATFORM_KEY: is required; it is the PLATFORM_KEY of the zcbot server');
  }
  if (faults.length > 0) {
    throw new ConfigurationError(
      `The portal cannot start:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
  }
  return { port, zcbotOrigin, platformKey };
}

function isOrigin(value) {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && url.origin === value;
}
