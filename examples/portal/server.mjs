import { createPortal } from './app.mjs';
import { ConfigurationError, readConfiguration } from './configuration.mjs';
import { createSessions } from './sessions.mjs';
import { createZcbot } from './zcbot.mjs';

try {
  start(readConfiguration(process.env));
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

function start({ port, zcbotOrigin, platformKey }) {
  const zcbot = createZcbot({ origin: zcbotOrigin, platformKey });
  const portal = createPortal({ zcbotOrigin, zcbot, sessions: createSessions() });

  portal.once('error', (error) => {
    const inUse = error.code === 'EADDRINUSE';
    console.error(inUse ? `The portal cannot start: port ${port} is in use (PORT)` : error.message);
    process.exit(1);
  });
  // Anybody may sign in as a demo employee, so only this machine may reach it.
  portal.listen(port, '127.0.0.1', () => {
    console.log(`portal listening on http://127.0.0.1:${portal.address().port}`);
  });
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));
}
