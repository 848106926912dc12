/** An answer that is caught in the middle, and stays there until the test lets it go on. */
import { en } from '../../apps/server/src/engines/demo/texts.en.ts';
import type { ConsoleView } from './console-view.ts';
import { expect } from './fixtures.ts';
import type { ConsoleServer } from './server/console-server.ts';

/** The whole answer. */
export const SLOW = en.slow.trim();
const PIECES = 20;
/** What is there of it in the middle: as many words as pieces, and a space each. */
export const HALF = SLOW.split(' ').slice(0, PIECES).join(' ');

/** Resolves when half of the answer is on the screen, and no more will come. */
export async function beginSlowAnswer(view: ConsoleView, server: ConsoleServer): Promise<void> {
  await server.hold({ afterPieces: PIECES });
  await view.send('a slow answer, please');
  await expect(view.answerText).toHaveText(HALF);
}
