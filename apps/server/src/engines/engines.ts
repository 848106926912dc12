/** The engines this server has. The first is the default. */
import type { Engine } from './engine.ts';

export interface Engines {
  readonly all: readonly Engine[];
  /** The engine of that id; the default for `undefined`. */
  find(id: string | undefined): Engine | undefined;
}

export function createEngines(all: readonly [Engine, ...Engine[]]): Engines {
  return {
    all,
    find: (id) => (id === undefined ? all[0] : all.find((engine) => engine.info.id === id)),
  };
}
