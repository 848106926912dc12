/** Every check, in the order in which they are shown. A new one is entered here. */
import type { Check } from '../check.ts';
import { clock } from './clock.ts';
import { consoleHealth } from './console-health.ts';
import { credentials } from './credentials.ts';
import { dns } from './dns.ts';
import { embed } from './embed.ts';
import { ports } from './ports.ts';
import { privateFiles } from './private-files.ts';
import { reachability } from './reachability.ts';
import { sessionNames } from './session-names.ts';
import { sessions } from './sessions.ts';
import { settings } from './settings.ts';
import { streaming } from './streaming.ts';
import { token } from './token.ts';
import { userscript } from './userscript.ts';

export const ALL_CHECKS: readonly Check[] = [
  ports,
  settings,
  privateFiles,
  credentials,
  dns,
  reachability,
  clock,
  token,
  sessions,
  sessionNames,
  streaming,
  userscript,
  consoleHealth,
  embed,
];
