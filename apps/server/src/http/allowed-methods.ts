import type { Api } from './context.ts';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The methods some route answers this path to; none when the path is unknown. */
export function allowedMethods(api: Api, path: string): string[] {
  const allowed = METHODS.filter((method) =>
    api.router.match(method, path)[0].some(([[, route]]) => route.method === method),
  );
  // https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2: HEAD goes where GET goes.
  return allowed.includes('GET') ? ['GET', 'HEAD', ...allowed.slice(1)] : allowed;
}
