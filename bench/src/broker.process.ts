/** The product's token broker, with the simulator at COZE_API_BASE for its Coze. */
import { parseSettings } from '@zcbot/config';
import { gatewaySettings } from '../../apps/gateway/src/config/settings.ts';
import { startGateway } from '../../apps/gateway/src/main.ts';
import { announce } from './process.ts';

const settings = parseSettings(gatewaySettings, process.env);
const { brokerUrl } = await startGateway({
  settings,
  root: settings.dataDirectory,
  version: '0.0.0',
  parts: { proxy: false, broker: true },
});
announce(brokerUrl!);
