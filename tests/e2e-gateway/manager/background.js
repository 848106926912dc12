/**
 * A userscript manager small enough to read, for tests: registers one script with chrome.userScripts
 * and answers its GM_* calls. What a real manager's background does, as far as the script can tell.
 */
const values = chrome.storage.local;
/** @type {Map<chrome.runtime.Port, Map<number, string>>} */
const menus = new Map();
/** Requests as the script made them, for the tests to look at. */
globalThis.sent = [];

globalThis.register = async (code) => {
  await chrome.userScripts.unregister();
  await chrome.userScripts.configureWorld({
    messaging: true,
    csp: "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
  });
  await chrome.userScripts.register([
    {
      id: 'script',
      js: [{ code }],
      matches: ['*://*/*'],
      runAt: 'document_idle',
      world: 'USER_SCRIPT',
    },
  ]);
};

globalThis.menuCaptions = () => [...menus.values()].flatMap((menu) => [...menu.values()]);

globalThis.pressMenu = (caption) => {
  for (const [port, menu] of menus) {
    for (const [id, known] of menu) {
      if (known === caption) port.postMessage({ menu: id });
    }
  }
};

chrome.runtime.onUserScriptConnect.addListener((port) => {
  if (port.name === 'page') servePage(port);
  else serveRequest(port);
});

async function servePage(port) {
  menus.set(port, new Map());
  const onChanged = (changes) => {
    for (const [name, { newValue }] of Object.entries(changes)) {
      port.postMessage({ changed: name, value: newValue });
    }
  };
  chrome.storage.local.onChanged.addListener(onChanged);
  port.onDisconnect.addListener(() => {
    menus.delete(port);
    chrome.storage.local.onChanged.removeListener(onChanged);
  });
  port.onMessage.addListener(async (message) => {
    if ('set' in message) await values.set({ [message.set]: message.value });
    else if ('remove' in message) await values.remove(message.remove);
    else if ('menuAdd' in message) menus.get(port)?.set(message.menuAdd, message.caption);
    else if ('menuRemove' in message) menus.get(port)?.delete(message.menuRemove);
    else if ('tab' in message) await chrome.tabs.create({ url: message.tab });
  });
  port.postMessage({ values: await values.get(null) });
}

/** One request per port; parts go over it in base64, since these messages are JSON. */
function serveRequest(port) {
  const abort = new AbortController();
  port.onDisconnect.addListener(() => abort.abort());
  port.onMessage.addListener(async ({ method, url, headers, data }) => {
    globalThis.sent.push({ method, url, headers });
    try {
      const response = await fetch(url, {
        method,
        headers,
        credentials: 'omit',
        signal: abort.signal,
        ...(data === null ? {} : { body: bytesOf(data) }),
      });
      const lines = [...response.headers].map(([name, value]) => `${name}: ${value}`);
      port.postMessage({ head: { status: response.status, headers: lines.join('\r\n') } });
      const reader = response.body?.getReader();
      for (;;) {
        const { done, value } = (await reader?.read()) ?? { done: true };
        if (done) break;
        port.postMessage({ chunk: textOf(value) });
      }
      port.postMessage({ end: true });
    } catch {
      port.postMessage({ error: true });
    }
  });
}

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function textOf(bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
