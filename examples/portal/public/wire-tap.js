/**
 * Listens in on the handshake, for the workbench. A real platform has no need of this file.
 *
 * Requirements: (1) zcbot-embed.js runs unchanged and cannot tell that it is watched; (2) every
 * message is seen, in both directions, from the first one on; (3) a token is never kept or shown,
 * except in memory to push it again; (4) a fault can be put in the place of an outgoing message.
 *
 * Therefore it is a classic script in the head: it must have run before the frame exists. A
 * cross-origin window cannot be patched, so the page is given a stand-in for the frame's window,
 * and messages from the frame seem to come from that stand-in.
 */
window.wireTap = (() => {
  const ENTRIES_MAX = 500;
  const tap = Object.assign(new EventTarget(), {
    /** @type {object[]} oldest first */
    entries: [],
    /** Called with each outgoing token message; gives what to send instead, null for nothing. */
    rewrite: (message) => message,
    /** The last message really sent to the frame. */
    lastSent: null,
    clear() {
      tap.entries.length = 0;
      tap.dispatchEvent(new Event('clear'));
    },
  });

  function record(entry) {
    const stamped = { at: new Date(), ...entry };
    tap.entries.push(stamped);
    if (tap.entries.length > ENTRIES_MAX) tap.entries.shift();
    tap.dispatchEvent(new CustomEvent('entry', { detail: stamped }));
  }

  const contentWindow = Object.getOwnPropertyDescriptor(
    HTMLIFrameElement.prototype,
    'contentWindow',
  );
  const standIns = new WeakMap();
  function standInFor(frame) {
    const standIn = standIns.get(frame) ?? {
      postMessage(message, targetOrigin) {
        const outgoing = tap.rewrite(message);
        if (outgoing === null) return;
        contentWindow.get.call(frame).postMessage(outgoing, targetOrigin);
        tap.lastSent = outgoing;
        record({
          direction: 'to_frame',
          type: outgoing.type,
          origin: targetOrigin,
          ...inspect(outgoing),
        });
      },
    };
    standIns.set(frame, standIn);
    return standIn;
  }
  Object.defineProperty(HTMLIFrameElement.prototype, 'contentWindow', {
    get() {
      return standInFor(this);
    },
  });

  window.addEventListener('message', (event) => {
    const frame = document.getElementById('zcbot-frame');
    const fromFrame = frame !== null && event.source === contentWindow.get.call(frame);
    if (fromFrame) Object.defineProperty(event, 'source', { value: standInFor(frame) });
    record({
      direction: fromFrame ? 'from_frame' : 'from_elsewhere',
      ignored: !fromFrame || event.origin !== new URL(frame.src).origin,
      type: String(event.data?.type ?? typeof event.data).slice(0, 60),
      origin: event.origin,
      ...inspect(event.data),
    });
  });

  const originalFetch = window.fetch;
  window.fetch = async (input, init) => {
    if (input !== '/api/zcbot-token') return originalFetch(input, init);
    const answered = (status, error) =>
      record({
        direction: 'from_backend',
        type: 'POST /api/zcbot-token',
        origin: location.origin,
        status,
        error,
      });
    try {
      const response = await originalFetch(input, init);
      const fault = response.ok
        ? {}
        : await response
            .clone()
            .json()
            .catch(() => ({}));
      answered(response.status, fault.error);
      return response;
    } catch (error) {
      answered(0, 'portal');
      throw error;
    }
  };

  const EXPECTED_KEYS = {
    'zcbot-ready': ['type'],
    'zcbot-401': ['type'],
    'zcbot-token': ['type', 'token', 'user_id', 'user_name'],
  };

  /** What may be shown of a message: which keys are too many, and the token's fingerprint. */
  function inspect(message) {
    const expected = EXPECTED_KEYS[message?.type];
    if (!expected) return {};
    return {
      extraKeys: Object.keys(message).filter((key) => !expected.includes(key)),
      userId: message.user_id,
      fingerprint: message.token === undefined ? undefined : fingerprint(message.token),
    };
  }

  function fingerprint(token) {
    try {
      const [, payload] = token.split('.');
      const { sub, jti, exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/')));
      return { sub, jti, exp };
    } catch {
      return { characters: String(token).length };
    }
  }

  return tap;
})();
