import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { TextKey } from '../i18n/en.ts';
import { t } from '../i18n/i18n.ts';
import type { Conversation } from './conversation.ts';
import { answerText } from './message-text.ts';
import { nextSentences } from './sentences.ts';

/** Sentences are collected this long, so that a fast answer does not interrupt its own reading. */
const PAUSE_MS = 1200;

const ENDINGS: Partial<Record<string, TextKey>> = {
  complete: 'chat.announce.done',
  stopped: 'chat.announce.stopped',
  failed: 'chat.announce.failed',
  interrupted: 'chat.announce.interrupted',
};

/** Reads the answer being written to screen readers: by sentence, then that it is complete. */
export function Announcer({ conversation }: { conversation: Conversation }) {
  const said = useSignal('');
  const heard = useRef<{ runId: string; at: number } | null>(null);
  const live = conversation.live.value;
  const shown = useRef('');
  useLayoutEffect(() => {
    shown.current = said.value;
  }, [said.value]);

  useEffect(() => {
    if (!live) {
      const last = heard.current;
      heard.current = null;
      const answer =
        last &&
        conversation.messages
          .peek()
          .findLast((m) => m.run_id === last.runId && m.role === 'assistant');
      const ending = answer && ENDINGS[answer.status];
      if (!last || !ending) return;
      const rest = nextSentences(answerText(answer.parts), last.at, true, t('chat.announce.code'));
      // Effects run before the next drawing: sentences set a moment ago may not be there yet.
      const unheard = said.peek() === shown.current ? '' : said.peek();
      said.value = `${unheard} ${rest.spoken} ${t(ending)}`.trim().replace(/ +/g, ' ');
      return;
    }
    // What was there before this page came is not news.
    const state = { runId: live.runId, at: live.knownLength };
    heard.current = state;
    const timer = setInterval(() => {
      const text = answerText(live.parts);
      const { spoken, next } = nextSentences(text, state.at, false, t('chat.announce.code'));
      state.at = next;
      if (spoken !== '') said.value = spoken;
    }, PAUSE_MS);
    return () => clearInterval(timer);
  }, [live]);

  return (
    <p class="visually-hidden" aria-live="polite" data-testid="announcer">
      {said.value}
    </p>
  );
}
