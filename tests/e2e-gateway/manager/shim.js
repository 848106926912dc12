/* eslint-disable no-unused-vars -- the script that follows uses them */
/**
 * The GM_* functions, in front of the script in the same function. `SHIM` says which manager is
 * played: `stream` gives a ReadableStream (Tampermonkey, ScriptCat), `progress` a growing
 * responseText (Violentmonkey), `whole` only the end.
 */
const page = chrome.runtime.connect({ name: 'page' });
const values = await new Promise((resolve) => {
  page.onMessage.addListener(function first(message) {
    if (!message.values) return;
    page.onMessage.removeListener(first);
    resolve(message.values);
  });
});
const sorted = (value) =>
  JSON.stringify(value, (_, part) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort())
      : part,
  );
const listeners = new Map();
const commands = new Map();
let nextId = 1;
page.onMessage.addListener((message) => {
  if ('menu' in message) commands.get(message.menu)?.();
  if (!('changed' in message)) return;
  // What this tab wrote itself comes back too, with its keys in another order.
  const own = sorted(values[message.changed]) === sorted(message.value);
  if (own) return;
  values[message.changed] = message.value;
  for (const { name, call } of [...listeners.values()]) {
    if (name === message.changed) call(name, undefined, message.value, true);
  }
});

const GM_info = { scriptHandler: SHIM === 'stream' ? 'Tampermonkey' : 'Violentmonkey', script: {} };
const GM_getValue = (name) => structuredClone(values[name]);
const GM_setValue = (name, value) => {
  values[name] = structuredClone(value);
  page.postMessage({ set: name, value });
};
const GM_deleteValue = (name) => {
  delete values[name];
  page.postMessage({ remove: name });
};
const GM_addValueChangeListener = (name, call) => {
  listeners.set(nextId, { name, call });
  return nextId++;
};
const GM_removeValueChangeListener = (id) => listeners.delete(id);
const GM_registerMenuCommand = (caption, run) => {
  commands.set(nextId, run);
  page.postMessage({ menuAdd: nextId, caption });
  return nextId++;
};
const GM_unregisterMenuCommand = (id) => {
  commands.delete(id);
  page.postMessage({ menuRemove: id });
};
const GM_addElement = (parent, tag, attributes) => {
  const element = document.createElement(tag);
  Object.assign(element, attributes);
  parent.append(element);
  return element;
};
const GM_openInTab = (url) => page.postMessage({ tab: url });

const GM_xmlhttpRequest = (details) => {
  const port = chrome.runtime.connect({ name: 'request' });
  const streamed = SHIM === 'stream' && details.responseType === 'stream';
  const decoder = new TextDecoder();
  const state = { readyState: 1, status: 0, responseHeaders: '', response: null, responseText: '' };
  const chunks = [];
  let controller;
  const emit = (name, change = {}) => {
    Object.assign(state, change);
    details[name]?.({ ...state });
  };
  port.onMessage.addListener((message) => {
    if (message.head) {
      const { status, headers } = message.head;
      Object.assign(state, { readyState: 2, status, responseHeaders: headers });
      if (streamed) state.response = new ReadableStream({ start: (given) => (controller = given) });
      if (streamed) emit('onloadstart');
      else if (SHIM === 'progress') emit('onreadystatechange');
    } else if (message.chunk) {
      const bytes = Uint8Array.from(atob(message.chunk), (character) => character.charCodeAt(0));
      if (streamed) controller.enqueue(bytes);
      else {
        chunks.push(bytes);
        state.responseText += decoder.decode(bytes, { stream: true });
        if (SHIM === 'progress') emit('onprogress', { readyState: 3 });
      }
    } else if (message.end) {
      if (streamed) controller.close();
      if (details.responseType === 'arraybuffer') {
        state.response = new Uint8Array(chunks.flatMap((part) => [...part])).buffer;
      }
      emit('onload', { readyState: 4 });
      port.disconnect();
    } else if (message.error) {
      if (streamed && controller) controller.error(new TypeError('network'));
      emit('onerror');
    }
  });
  const toBase64 = async (data) => {
    const bytes = new Uint8Array(await new Blob([data]).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  };
  const { method, url, headers } = details;
  const body = details.data === undefined ? Promise.resolve(null) : toBase64(details.data);
  void body.then((data) => port.postMessage({ method, url, headers, data }));
  return {
    abort() {
      port.disconnect();
      details.onabort?.();
    },
  };
};
