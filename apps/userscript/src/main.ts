/** The userscript: switched off it is two menu commands; switched on, one chat per page. */
import * as gm from './gm.ts';
import { pickLanguage, textsOf } from './i18n/i18n.ts';
import { createLog } from './log.ts';
import { startPageChat } from './page-chat.ts';
import { createPairing } from './pairing/pairing.ts';
import { onSessionChange, ownSession, resetSession } from './session/session.ts';
import { createSettings, readServed } from './settings/settings.ts';
import { createSites } from './settings/sites.ts';
import type { Storage } from './storage.ts';
import { createGmTransport } from './transport/gm-transport.ts';
import { keepInPage } from './widget/host.ts';
import type { Widget } from './widget/widget.ts';

const storage: Storage = {
  read: gm.readValue,
  write: gm.writeValue,
  remove: gm.deleteValue,
  onChange: gm.onValueChange,
};

function init(signal: AbortSignal): void {
  const served = readServed(ZCBOT_SERVED);
  const settings = createSettings(storage, served.settings);
  const sites = createSites(storage);
  const transport = createGmTransport();
  const pairing = createPairing({
    storage,
    transport,
    brokerUrl: () => settings.get().brokerUrl,
    code: served.pairingCode,
  });
  const log = createLog(
    () => settings.get().debug,
    () => [pairing.key() ?? '', settings.get().pat, served.pairingCode ?? ''],
  );
  const texts = () => textsOf(pickLanguage(settings.get().language));
  let running: AbortController | null = null;
  let widget: Widget | null = null;
  let menu: AbortController | null = null;

  function start(): void {
    stop();
    running = new AbortController();
    const own = AbortSignal.any([running.signal, signal]);
    const host = keepInPage(own, restart);
    // Another instance is here already, put in by a second manager.
    if (!host) return;
    widget = startPageChat({
      host,
      storage,
      settings,
      transport,
      pairing,
      log,
      restart,
      signal: own,
    });
  }

  function stop(): void {
    running?.abort(new DOMException('switched off', 'AbortError'));
    running = null;
    widget = null;
  }

  /** After a change of settings or session; the window comes back open where it was open. */
  function restart(): void {
    const wasOpen = widget?.isOpen() === true;
    if (!sites.isOn(location.host)) return;
    start();
    drawMenu();
    if (wasOpen) widget?.open();
  }

  function update(): void {
    const on = sites.isOn(location.host);
    if (on && !running) start();
    else if (!on) stop();
    drawMenu();
  }

  function drawMenu(): void {
    menu?.abort();
    menu = new AbortController();
    const own = AbortSignal.any([menu.signal, signal]);
    const on = sites.isOn(location.host);
    gm.registerMenu(
      on ? texts().menuOff : texts().menuOn,
      () => {
        sites.set(location.host, !on);
        update();
      },
      own,
    );
    if (!on) return;
    gm.registerMenu(texts().menuSettings, () => widget?.openSettings(), own);
    gm.registerMenu(
      texts().menuReset,
      () => {
        if (confirm(texts().resetAsk)) void resetSession(storage).then(restart);
      },
      own,
    );
  }

  sites.onChange(update, signal);
  settings.onChange(() => running && restart(), signal);
  onSessionChange(storage, () => running && restart(), signal);
  log.debug('version', gm.scriptVersion() ?? '', 'on', location.host);
  if (sites.isOn(location.host)) void ownSession(storage);
  update();
}

// Managers that do not know @noframes, and pages that are no HTML (images, feeds).
if (window.top === window.self && document.documentElement instanceof HTMLElement) {
  init(new AbortController().signal);
}
