import type { Engine } from '@zcbot/server';

/** Characters per piece: few, so that markup is cut in every place while it streams. */
const PIECE = 7;

/** Answers with the user's own words and nothing around them. */
export function verbatimEngine(): Engine {
  return {
    info: { id: 'verbatim', label: { zh: '原样', en: 'Verbatim' }, demo: false, reattach: false },
    async *run({ history }) {
      const asked = history.at(-1)!.parts.find((part) => part.type === 'text')?.text ?? '';
      yield { type: 'part.start', id: 'text', kind: 'text' };
      for (let from = 0; from < asked.length; from += PIECE) {
        yield { type: 'part.delta', id: 'text', text: asked.slice(from, from + PIECE) };
      }
      yield { type: 'part.end', id: 'text' };
    },
  };
}
