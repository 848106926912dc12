const THEMES = new Set(['light', 'dark', 'auto']);
const LANGUAGES = new Set(['zh-CN', 'en']);

/**
 * Address of the embedded console. `parent_origin` must be this page's own origin, exactly as
 * `location.origin` would give it: zcbot checks it against the origins registered with it.
 *
 * @param {{ zcbotOrigin: string, parentOrigin: string, taskId?: string | null,
 *           theme?: string | null, language?: string | null }} options
 */
export function frameAddress({ zcbotOrigin, parentOrigin, taskId, theme, language }) {
  const address = new URL('/static/dev.html', zcbotOrigin);
  address.searchParams.set('embed', '1');
  address.searchParams.set('parent_origin', parentOrigin);
  // A task id is only a hint: zcbot asks whether it belongs to the token's user.
  if (taskId) address.searchParams.set('task_id', taskId.slice(0, 100));
  if (THEMES.has(theme)) address.searchParams.set('theme', theme);
  if (LANGUAGES.has(language)) address.searchParams.set('lang', language);
  return address.href;
}
