/** Settings of `zcbot start` alone; the servers it composes have their own. */
import { defineSettings, port } from '@zcbot/config';

export const startSettings = defineSettings({
  portalPort: {
    name: 'ZCBOT_PORTAL_PORT',
    doc: 'Port of the example platform that `npm start` runs beside the console.',
    docZh: '`npm start` 同时运行的示例平台所用的端口。',
    schema: port,
    default: '3000',
  },
});
