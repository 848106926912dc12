/** The broker's /chat page: the same widget with the page's own fetch; nothing to install. */
import { createChat } from './chat/chat.ts';
import { createCozeCalls } from './coze-calls/coze-calls.ts';
import { createHealth } from './health/health.ts';
import { pickLanguage, textsOf } from './i18n/i18n.ts';
import { ownSession } from './session/session.ts';
import { createSettings, readServed } from './settings/settings.ts';
import { pageStorage } from './storage.ts';
import { fetchTransport } from './transport/fetch-transport.ts';
import { createGateway } from './transport/gateway.ts';
import { identityLine } from './widget/identity-line.ts';
import { createWidget } from './widget/widget.ts';

function start(place: HTMLElement, signal: AbortSignal): void {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="zcbot-chat"]');
  const served = readServed(JSON.parse(meta?.content ?? '{}'));
  const storage = pageStorage();
  const settings = createSettings(pageStorage(null), served.settings);
  // The page around it is in the language the server chose.
  const language = pickLanguage(document.documentElement.lang.startsWith('zh') ? 'zh' : 'en');
  const texts = textsOf(language);
  // The gateway knows its own page by its origin.
  const pairing = { ensure: () => Promise.resolve(undefined), refused: () => undefined };
  const gateway = createGateway({
    transport: fetchTransport,
    settings: settings.get,
    sessionName: async () => (await ownSession(storage)).name,
    pairing,
  });
  const calls = createCozeCalls({
    gateway,
    botId: () => settings.get().botId,
    language: () => language,
  });
  const chat = createChat({
    calls,
    userId: async () => (await ownSession(storage)).userId,
    onTrouble: (error) => health.report(error),
    onSuccess: () => health.clear(),
    signal,
  });
  const health = createHealth({
    transport: fetchTransport,
    settings: settings.get,
    pairing,
    askBroker: false,
    open: chat.open,
    signal,
  });
  createWidget({
    host: place,
    kind: 'filling',
    chat,
    health,
    texts,
    language,
    position: 'bottom-right',
    identity: async () =>
      identityLine({
        texts,
        language,
        session: await ownSession(storage),
        auth: settings.get().auth,
        facts: health.facts,
      }),
    signal,
  });
  health.checkNow();
}

const place = document.getElementById('chat');
if (place) start(place, new AbortController().signal);
