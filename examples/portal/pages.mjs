import { readFileSync } from 'node:fs';
import { EMPLOYEES } from './employees.mjs';
import { frameAddress } from './frame.mjs';
import { TEXTS, fill } from './public/texts.js';

const LANGUAGE_NAMES = { 'zh-CN': '中文', en: 'English' };
const [loginPage, portalPage, workbenchPart] = ['login', 'portal', 'workbench'].map((name) =>
  readFileSync(new URL(`pages/${name}.html`, import.meta.url), 'utf8'),
);

/** Language and appearance: the visitor's own choice in a cookie, else what the browser asks for. */
export function preferencesOf(request, cookies) {
  const asked = /^\s*zh\b/i.test(request.headers['accept-language'] ?? '') ? 'zh-CN' : 'en';
  const language = Object.hasOwn(TEXTS, cookies.portal_language) ? cookies.portal_language : asked;
  const theme = ['light', 'dark'].includes(cookies.portal_theme) ? cookies.portal_theme : 'auto';
  return { language, theme };
}

/** @param {{ preferences: object, notice?: string | null }} options */
export function renderLogin({ preferences, notice }) {
  const texts = TEXTS[preferences.language];
  return template(loginPage, {
    ...common(preferences),
    notice: markup(notice ? `<p class="notice" role="status">${escape(notice)}</p>` : ''),
    employees: markup(
      EMPLOYEES.map(
        ({ id, name, department }) =>
          `<button class="employee" name="user" value="${id}">
            <span class="avatar" aria-hidden="true">${id.toUpperCase()}</span>
            <span><span class="unseen">${escape(texts.sign_in_as)} </span>${escape(name[preferences.language])}<small>${escape(department[preferences.language])}</small></span>
          </button>`,
      ).join(''),
    ),
  });
}

/** @param {{ preferences: object, employee: object, zcbotOrigin: string, parentOrigin: string, query: URLSearchParams }} options */
export function renderPortal({ preferences, employee, zcbotOrigin, parentOrigin, query }) {
  const texts = TEXTS[preferences.language];
  const listensAtOnce = !query.get('listen_after');
  const address = frameAddress({
    zcbotOrigin,
    parentOrigin,
    taskId: query.get('task_id'),
    theme: query.get('theme') || preferences.theme,
    language: query.get('lang') || preferences.language,
  });
  const values = {
    ...common(preferences),
    't.after_2': fill(texts.after_seconds, { n: 2 }),
    't.after_5': fill(texts.after_seconds, { n: 5 }),
    zcbot_origin: zcbotOrigin,
    employee_id: employee.id,
    employee_letter: employee.id.toUpperCase(),
    employee_name: employee.name[preferences.language],
    frame_address: address,
    // Right behind the frame, as on a real page: the listener must be there before the first
    // `zcbot-ready`. The workbench leaves it out here to attach it late.
    embed_script: markup(listensAtOnce ? '<script src="/zcbot-embed.js"></script>' : ''),
    employees: markup(
      EMPLOYEES.map(
        ({ id, name }) =>
          `<button type="button" data-switch-user="${id}" data-name="${escape(name[preferences.language])}" aria-pressed="${id === employee.id}">${escape(name[preferences.language])}</button>`,
      ).join(''),
    ),
  };
  return template(portalPage, { ...values, workbench: markup(template(workbenchPart, values)) });
}

function common({ language, theme }) {
  const other = language === 'en' ? 'zh-CN' : 'en';
  const texts = Object.entries(TEXTS[language]).map(([name, text]) => [`t.${name}`, text]);
  return {
    ...Object.fromEntries(texts),
    language,
    theme,
    other_language: other,
    other_language_name: LANGUAGE_NAMES[other],
  };
}

function template(source, values) {
  return source.replace(/\{\{([\w.]+)\}\}/g, (_, name) => {
    if (!(name in values)) throw new Error(`no value for {{${name}}} in a page`);
    const value = values[name];
    return value instanceof Markup ? value.html : escape(value);
  });
}

/** Marks what is HTML already; everything else is escaped. */
class Markup {
  constructor(html) {
    this.html = html;
  }
}

function markup(html) {
  return new Markup(html);
}

function escape(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}
