/** Pages of platforms, good and evil, that put the console into a frame. */

/** The script of the embedding guide, word for word but for the address. */
export function embedScript(consoleOrigin: string): string {
  return `
const ZCBOT_ORIGIN = ${JSON.stringify(consoleOrigin)};
const frame = document.getElementById("zcbot-frame");

async function pushToken() {
  const r = await fetch("/api/zcbot-token", { method: "POST", credentials: "include" });
  if (!r.ok) {
    console.error("zcbot token fetch failed");
    return;
  }
  const { token, user_id, user_name } = await r.json();
  frame.contentWindow.postMessage(
    { type: "zcbot-token", token, user_id, user_name },
    ZCBOT_ORIGIN
  );
}

window.addEventListener("message", (e) => {
  if (e.origin !== ZCBOT_ORIGIN) return;
  const t = e.data && e.data.type;
  if (t === "zcbot-ready" || t === "zcbot-401") {
    pushToken();
  }
});`;
}

/** Keeps every message the page gets from its frames, for the test to read. */
const RECORDER = `
window.received = [];
addEventListener('message', ({ data, origin, source }) => {
  if (source !== window) received.push({ data, origin });
});`;

export interface HostPage {
  /** Address of the frame; none for a page that makes its frames itself. */
  src?: string;
  /** What the page runs, after the frame is there. */
  script?: string;
  /** Features delegated to the frame. */
  allow?: string;
  /** CSS sizes of the frame. */
  width?: string;
  height?: string;
  /** HTML after the frame. */
  body?: string;
}

export function hostPage(page: HostPage): string {
  const { src, script = '', allow, width = '100%', height = '100vh', body = '' } = page;
  const delegated = allow === undefined ? '' : ` allow="${escape(allow)}"`;
  const style = `width:${width}; height:${height}; border:0; display:block`;
  const frame =
    src === undefined
      ? ''
      : `<iframe id="zcbot-frame" title="zcbot" src="${escape(src)}" style="${style}"${delegated}></iframe>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>platform</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body style="margin:0">
<script>${RECORDER}</script>
${frame}
${body}
<script>${script}</script>
</body></html>`;
}

function escape(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}
