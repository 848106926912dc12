/** What the page tells its user when the assistant does not come up. */
import { TEXTS, fill } from './texts.js';

const SILENCE_MS = 6000;
const texts = TEXTS[document.documentElement.lang];
const frame = document.getElementById('zcbot-frame');
const trouble = document.getElementById('trouble');
const retry = trouble.querySelector('[data-retry]');
const signInLink = trouble.querySelector('[data-sign-in]');
let ready = false;

window.wireTap.addEventListener('entry', ({ detail: entry }) => {
  if (entry.direction === 'from_frame' && !entry.ignored) {
    ready = true;
    if (trouble.dataset.cause === 'silence') hideTrouble();
  }
  if (entry.direction !== 'from_backend') return;
  if (entry.status === 200) hideTrouble();
  else showTrouble(entry.error, { status: entry.status });
});

setTimeout(async () => {
  if (ready) return;
  try {
    const response = await fetch('/api/zcbot-status');
    const { error, frame_status: status } = await response.json();
    const reason = status === 403 ? 'unregistered' : 'silent';
    if (!ready) showTrouble(error ?? reason, { cause: 'silence' });
  } catch {
    showTrouble('portal');
  }
}, SILENCE_MS);

retry.addEventListener('click', () => {
  if (ready && window.pushToken) window.pushToken();
  else location.reload();
});

// A real portal goes to another page; here too the frame must not outlive its user.
document.getElementById('sign-out').addEventListener('submit', () => frame.remove());

function showTrouble(code, { status, cause = 'token' } = {}) {
  const text = texts[`error_${code}`] ?? texts.error_other;
  const values = { status, origin: document.body.dataset.zcbotOrigin, parent: location.origin };
  trouble.querySelector('[data-reason]').textContent = fill(text, values);
  trouble.dataset.cause = cause;
  signInLink.hidden = code !== 'not_signed_in';
  retry.hidden = !signInLink.hidden;
  trouble.hidden = false;
}

function hideTrouble() {
  trouble.hidden = true;
}
