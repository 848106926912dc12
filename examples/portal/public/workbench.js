/** The workbench: causes everything that can happen to an embedded console, and shows it. */
import { faults } from './faults.js';
import { showMessages } from './message-list.js';
import { TEXTS, fill } from './texts.js';

const tap = window.wireTap;
const texts = TEXTS[document.documentElement.lang];
const panel = document.getElementById('workbench');
const toggle = document.getElementById('workbench-toggle');
const answerWith = document.getElementById('answer-with');
const said = document.getElementById('workbench-said');

showMessages(tap, texts);
document.getElementById('clear').addEventListener('click', () => tap.clear());

openPanel(sessionStorage.getItem('workbench') === 'open');
toggle.addEventListener('click', () => {
  openPanel(panel.hidden);
  if (!panel.hidden) document.getElementById('workbench-close').focus();
});
document.getElementById('workbench-close').addEventListener('click', closePanel);
panel.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') closePanel();
});

function openPanel(open) {
  panel.hidden = !open;
  toggle.setAttribute('aria-expanded', String(open));
  sessionStorage.setItem('workbench', open ? 'open' : 'closed');
}

function closePanel() {
  openPanel(false);
  toggle.focus();
}

function say(text) {
  said.textContent = text;
}

/** One push asked for by hand overrules what the page answers otherwise. */
let once = null;
tap.rewrite = (message) => {
  const fault = faults[once ?? answerWith.value];
  once = null;
  return fault(message, tap.lastSent);
};

async function push(fault = null) {
  once = fault;
  // Global, because zcbot-embed.js is a classic script; absent until its listener is attached.
  if (window.pushToken) await window.pushToken();
  else say(texts.not_listening);
  once = null;
}

for (const button of document.querySelectorAll('[data-push]')) {
  button.addEventListener('click', () => {
    say('');
    const nothingYet = button.dataset.push === 'again' && tap.lastSent === null;
    if (nothingYet) say(texts.nothing_to_repeat);
    else push(button.dataset.push);
  });
}

for (const button of document.querySelectorAll('[data-switch-user]')) {
  button.addEventListener('click', async () => {
    const response = await fetch('/login', {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: new URLSearchParams({ user: button.dataset.switchUser }),
    });
    if (!response.ok) return say(fill(texts.error_other, { status: response.status }));
    say('');
    showEmployee(button);
    await push();
  });
}

function showEmployee(chosen) {
  for (const button of document.querySelectorAll('[data-switch-user]')) {
    button.setAttribute('aria-pressed', String(button === chosen));
  }
  document.querySelector('[data-employee-name]').textContent = chosen.textContent;
  document.querySelector('[data-employee-letter]').textContent =
    chosen.dataset.switchUser.toUpperCase();
}

document.getElementById('revoke').addEventListener('click', async () => {
  const response = await fetch('/api/zcbot-revoke', { method: 'POST' });
  if (response.ok) return say(texts.revoked);
  const { error } = await response.json();
  const text = texts[`error_${error}`] ?? texts.error_other;
  say(fill(text, { status: response.status, origin: document.body.dataset.zcbotOrigin }));
});

for (const radio of document.querySelectorAll('[name=size]')) {
  radio.addEventListener('change', () => {
    document.getElementById('stage').dataset.size = radio.value;
  });
}

const query = new URLSearchParams(location.search);
for (const field of document.querySelectorAll('#open-with [name]')) {
  field.value = query.get(field.name) ?? '';
}
attachLate(Number(query.get('listen_after')));

/** The server left the script out of the page; attach it some seconds after the frame's load. */
function attachLate(seconds) {
  if (!(seconds > 0)) return;
  const attach = () =>
    setTimeout(() => {
      const script = document.createElement('script');
      script.src = '/zcbot-embed.js';
      document.body.append(script);
    }, seconds * 1000);
  // The window's load event waits for the frame's.
  if (document.readyState === 'complete') attach();
  else window.addEventListener('load', attach, { once: true });
}
