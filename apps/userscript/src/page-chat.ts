/** The chat on one page: the official SDK where that works and is wanted, else the script's own widget. */
import { createChat } from './chat/chat.ts';
import { CallError } from './coze-calls/call-error.ts';
import { createCozeCalls } from './coze-calls/coze-calls.ts';
import { openTab } from './gm.ts';
import { createHealth } from './health/health.ts';
import { pickLanguage, textsOf } from './i18n/i18n.ts';
import type { Log } from './log.ts';
import type { Pairing } from './pairing/pairing.ts';
import { startSdk } from './sdk-bridge/sdk-mode.ts';
import { ownSession, resetSession } from './session/session.ts';
import type { SettingsStore } from './settings/settings.ts';
import type { Storage } from './storage.ts';
import { createGateway } from './transport/gateway.ts';
import type { Transport } from './transport/transport.ts';
import { identityLine } from './widget/identity-line.ts';
import { createWidget, type Widget } from './widget/widget.ts';

export interface PageChatParts {
  host: HTMLElement;
  storage: Storage;
  settings: SettingsStore;
  transport: Transport;
  pairing: Pairing;
  log: Log;
  /** Draws everything anew: settings or session are other ones now. */
  restart: () => void;
  signal: AbortSignal;
}

export function startPageChat(parts: PageChatParts): Widget {
  const { storage, transport, pairing, log, signal } = parts;
  const settings = parts.settings.get();
  const language = pickLanguage(settings.language);
  const texts = textsOf(language);
  /** `trying` and `sdk`: the widget stands by and only shows when something is wrong. */
  let way: 'trying' | 'sdk' | 'widget' = settings.chat === 'widget' ? 'widget' : 'trying';

  const gateway = createGateway({
    transport,
    settings: parts.settings.get,
    sessionName: async () => (await ownSession(storage)).name,
    pairing,
  });
  const calls = createCozeCalls({
    gateway,
    botId: () => settings.botId,
    language: () => language,
  });
  const userId = async (): Promise<string> => (await ownSession(storage)).userId;
  const chat = createChat({
    calls,
    userId,
    onTrouble: (error) => health.report(error),
    onSuccess: () => health.clear(),
    signal,
  });
  const health = createHealth({
    transport,
    settings: parts.settings.get,
    pairing,
    askBroker: settings.auth !== 'own-pat',
    open,
    signal,
  });

  async function open(): Promise<void> {
    if (way === 'widget') return chat.open();
    const { name } = await calls.bot(signal);
    if (way === 'trying') await trySdk(name);
  }

  async function trySdk(title: string): Promise<void> {
    try {
      const id = await userId();
      await startSdk({ transport, gateway, settings, userId: id, language, title, signal });
      way = 'sdk';
      log.debug('chat by the official SDK');
    } catch (error) {
      if (signal.aborted) return;
      const reason = error instanceof Error ? error.message : '';
      log.debug('no official SDK here:', reason);
      if (settings.chat === 'sdk') throw new CallError('sdk_blocked', { detail: reason });
      way = 'widget';
      await chat.open();
    }
  }

  const widget = createWidget({
    host: parts.host,
    kind: 'floating',
    chat,
    health,
    texts,
    language,
    position: settings.position,
    standby: () => way !== 'widget',
    identity: async () =>
      identityLine({
        texts,
        language,
        session: await ownSession(storage),
        auth: settings.auth,
        facts: health.facts,
      }),
    settings: {
      get: parts.settings.get,
      save(changes) {
        parts.settings.change(changes);
        parts.restart();
      },
      resetSession: () => void resetSession(storage).then(parts.restart),
      openInstallPage: () => openTab(`${settings.brokerUrl}/`),
      useWidget() {
        parts.settings.change({ chat: 'widget' });
        parts.restart();
      },
    },
    signal,
  });
  health.onChange(() => {
    if (health.trouble) log.debug('trouble:', health.trouble.cause, health.trouble.detail);
  });
  health.checkNow();
  return widget;
}
