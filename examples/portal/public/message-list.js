/** The live list of messages. Everything shown is set as text, never as HTML. */
import { fill } from './texts.js';

/** @param {EventTarget & { entries: object[] }} tap @param {Record<string, string>} texts */
export function showMessages(tap, texts) {
  const list = document.getElementById('messages');
  const empty = document.getElementById('no-messages');

  function add(entry) {
    const stuckToEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    list.append(itemOf(entry, texts));
    if (list.childElementCount > tap.entries.length) list.firstElementChild.remove();
    if (stuckToEnd) list.scrollTop = list.scrollHeight;
    showEmptiness();
  }
  function showEmptiness() {
    empty.hidden = list.childElementCount > 0;
    list.hidden = list.childElementCount === 0;
  }

  tap.entries.forEach(add);
  showEmptiness();
  tap.addEventListener('entry', ({ detail }) => add(detail));
  tap.addEventListener('clear', () => {
    list.replaceChildren();
    showEmptiness();
  });
}

function itemOf(entry, texts) {
  const item = document.createElement('li');
  const faulty = entry.ignored || entry.status >= 400 || entry.status === 0;
  item.className = `${entry.direction}${faulty ? ' faulty' : ''}`;
  item.append(
    part('time', clock(entry.at)),
    part('direction', texts[entry.direction]),
    part('type', entry.status === undefined ? entry.type : `${entry.type} · ${entry.status}`),
    part('origin', entry.origin),
  );
  const details = detailsOf(entry, texts);
  if (details) item.append(part('details', details));
  return item;
}

function part(className, text) {
  const element = document.createElement(className === 'time' ? 'time' : 'span');
  element.className = className;
  element.textContent = text;
  return element;
}

function clock(at) {
  const two = (number) => String(number).padStart(2, '0');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${time}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

function detailsOf({ fingerprint, userId, extraKeys, ignored, error }, texts) {
  const details = [];
  if (ignored) details.push(texts.ignored);
  if (error) details.push(error);
  if (userId) details.push(fill(texts.claims, { user: short(userId) }));
  if (fingerprint?.characters !== undefined) {
    details.push(fill(texts.token_not_jwt, { n: fingerprint.characters }));
  } else if (fingerprint) {
    const { sub, jti, exp } = fingerprint;
    details.push(fill(texts.token_of, { sub: short(sub), jti: short(jti), exp: dated(exp) }));
  }
  if (extraKeys?.length) details.push(fill(texts.extra_keys, { keys: extraKeys.join(', ') }));
  return details.join(' · ');
}

function short(id) {
  return id === undefined ? '–' : `${String(id).slice(0, 8)}…`;
}

function dated(epochSeconds) {
  if (typeof epochSeconds !== 'number') return '–';
  return new Date(epochSeconds * 1000).toISOString().slice(0, 16).replace('T', ' ') + 'Z';
}
