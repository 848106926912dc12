import { READY, UNAUTHORIZED, type ChildMessage } from '@zcbot/protocol/embed';
import { judgeMessage, type TokenPush } from './guards.ts';

/** The channel to the parent page. This folder alone touches `window.parent`. */
export interface Bridge {
  sendReady(): void;
  sendUnauthorized(): void;
  /** Gives the listener what was accepted before it was there, then every further push. */
  onToken(listener: (push: TokenPush) => void): void;
  close(): void;
}

export interface BridgeTarget {
  window: Window;
  parentOrigin: string;
  selfParent: boolean;
}

/** Listens before it speaks: the parent may answer `zcbot-ready` in the same task. */
export function openBridge(target: BridgeTarget): Bridge {
  const { window, parentOrigin, selfParent } = target;
  const parent = selfParent ? window : window.parent;
  const listening = new AbortController();
  const early: TokenPush[] = [];
  let take = (push: TokenPush): void => void early.push(push);

  window.addEventListener(
    'message',
    (event) => {
      const verdict = judgeMessage(event, {
        source: parent,
        origin: parentOrigin,
        hearsItself: selfParent,
      });
      if (verdict.kind === 'dropped') {
        console.warn(`[zcbot] message dropped: ${verdict.reason}`);
      } else if (verdict.kind === 'accepted') {
        console.debug('[zcbot] accepted zcbot-token');
        take(verdict.push);
      } else {
        console.debug(`[zcbot] heard itself: ${verdict.type}`);
      }
    },
    { signal: listening.signal },
  );

  // Always the exact target origin, never "*": a page framed by somebody else must hear nothing.
  function send(message: ChildMessage): void {
    parent.postMessage(message, parentOrigin);
    console.debug(`[zcbot] sent ${message.type}`);
  }

  return {
    sendReady: () => send({ type: READY }),
    sendUnauthorized: () => send({ type: UNAUTHORIZED }),
    onToken(listener) {
      take = listener;
      for (const push of early.splice(0)) listener(push);
    },
    close: () => listening.abort(),
  };
}
