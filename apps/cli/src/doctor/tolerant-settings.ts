import {
  ConfigurationError,
  parseSettings,
  type Parsed,
  type Settings,
  type Text,
} from '@zcbot/config';
import type { Environment } from '../command.ts';

/** Every value, a faulty one by its default, and all the faults. */
export function readTolerantly<S extends Settings>(
  settings: S,
  environment: Environment,
): { values: Parsed<S>; faults: Text[] } {
  try {
    return { values: parseSettings(settings, environment), faults: [] };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const sound: Environment = { ...environment };
    for (const setting of Object.values(settings)) {
      // A secret without default stays: its value is never used here.
      if (isFaulty(setting, environment)) sound[setting.name] = setting.secret ? STAND_IN : '';
    }
    return { values: parseSettings(settings, sound), faults: [...error.texts] };
  }
}

const STAND_IN = 'doctor:stand-in:0a1b2c3d4e5f6071829a';

function isFaulty(setting: Settings[string], environment: Environment): boolean {
  try {
    parseSettings({ setting }, environment);
    return false;
  } catch {
    return true;
  }
}
