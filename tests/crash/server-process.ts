/** A server to be killed: the product's own start with a fast demo engine. Prints its address. */
import { parseSettings } from '@zcbot/config';
import { demoEngine, startServer } from '@zcbot/server';
import { serverSettings } from '@zcbot/server/config';

const settings = parseSettings(serverSettings, process.env);
const server = await startServer({ settings, engines: [demoEngine({ paceMs: 4 })] });
console.log(`listening ${server.url}`);
