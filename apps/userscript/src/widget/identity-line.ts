import type { Facts } from '../health/health.ts';
import type { Language, Texts } from '../i18n/i18n.ts';
import type { Session } from '../session/session.ts';
import type { AuthMode } from '../settings/settings.ts';

/** Whose session this is and by which mode; a warning where it is not one's own, or not real. */
export function identityLine(parts: {
  texts: Texts;
  language: Language;
  session: Session;
  auth: AuthMode;
  facts: Facts | null;
}): { text: string; warn: boolean } {
  const { texts, session, facts } = parts;
  const date = session.since?.toLocaleDateString(parts.language === 'zh' ? 'zh-CN' : 'en', {
    dateStyle: 'medium',
  });
  const own = date === undefined ? texts.session : texts.sessionSince(date);
  const pat = parts.auth === 'pat' || facts?.credentials === 'pat';
  const line =
    parts.auth === 'own-pat' ? texts.modeOwnPat : pat ? texts.modePat : `${texts.modeJwt} · ${own}`;
  const simulated = facts?.simulator === true && parts.auth !== 'own-pat';
  return {
    text: simulated ? `${texts.simulator} · ${line}` : line,
    warn: simulated || (pat && parts.auth !== 'own-pat'),
  };
}
