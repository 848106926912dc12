/** The product's own proxy with all its checks; only the limits are above what is measured. */
import { parseSettings } from '@zcbot/config';
import { gatewaySettings } from '../../../apps/gateway/src/config/settings.ts';
import { startProxy } from '../../../apps/gateway/src/proxy/proxy-server.ts';

const settings = parseSettings(gatewaySettings, {
  COZE_PROXY_PORT: '0',
  COZE_ALLOWED_PRIVATE: new URL(process.env.BENCH_UPSTREAM!).host,
  COZE_PROXY_MAX_BODY: String(1024 ** 3),
});
const unlimited = { ...settings, rateLimit: 1e9, maxConcurrency: 1e9 };
const { url } = await startProxy({ settings: unlimited });
process.on('disconnect', () => process.exit());
process.send?.({ port: Number(new URL(url).port) });
