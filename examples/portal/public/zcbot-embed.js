// These twelve lines are all that a page needs besides its iframe. Copy them.
const frame = document.getElementById('zcbot-frame');
const ZCBOT_ORIGIN = new URL(frame.src).origin;

async function pushToken() {
  const response = await fetch('/api/zcbot-token', { method: 'POST', credentials: 'include' });
  if (!response.ok) return console.error(`zcbot token: HTTP ${response.status}`);
  const { token, user_id, user_name } = await response.json();
  frame.contentWindow.postMessage({ type: 'zcbot-token', token, user_id, user_name }, ZCBOT_ORIGIN);
}

window.addEventListener('message', (event) => {
  if (event.origin !== ZCBOT_ORIGIN || event.source !== frame.contentWindow) return;
  if (event.data?.type === 'zcbot-ready' || event.data?.type === 'zcbot-401') pushToken();
});
