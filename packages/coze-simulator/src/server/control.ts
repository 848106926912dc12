import type { SimulatorControl } from '../simulator-types.ts';
import type { SimulatorState } from '../state/simulator-state.ts';

export function createControl(state: SimulatorState): SimulatorControl {
  return {
    fail: (failure) => state.failures.add(failure),
    expireTokens: () => state.tokens.expireAll(),
    setClockOffset: (milliseconds) => {
      state.clockOffsetMs = milliseconds;
    },
    setCharactersPerSecond: (speed) => {
      state.charactersPerSecond = speed;
    },
    registerKey: (key) => state.apps.register(key),
    registerPat: (pat) => state.tokens.registerPat(pat),
    unpublish: (botId, connectorId) => state.bots.unpublish(botId, connectorId),
    requests: () => structuredClone(state.requests),
    forget: () => {
      state.requests = [];
      state.failures.clear();
    },
    conversations: () =>
      state.conversations
        .all()
        .map(({ id, clientId, sessionName, connectorId, botId, messages }) => ({
          id,
          clientId,
          sessionName,
          connectorId,
          botId,
          messages: messages.length,
        })),
  };
}
