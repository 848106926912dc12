/**
 * The page's first script, a file of its own and small: it listens and says `zcbot-ready` while the
 * console is still loading, so that the parent fetches a token in that time.
 */
import { openBridge } from './bridge/bridge.ts';
import { readLaunch } from './launch.ts';

export const launch = readLaunch(document, location.search);
/** Null when the page stands on its own. */
export const bridge = launch.mode.kind === 'embed' ? openBridge({ window, ...launch.mode }) : null;

bridge?.sendReady();
