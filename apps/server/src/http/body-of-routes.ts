import type { Context } from 'hono';
import type { Api, Environment } from './context.ts';

/** What the route that a request has matched declares; undefined when it has matched none. */
export type BodyOf = (context: Context<Environment>) => 'needed' | 'none' | undefined;

export function bodyOfRoutes(api: Api): BodyOf {
  let declared: Set<string> | undefined;
  const list = (): Set<string> => {
    const routes = api.openAPIRegistry.definitions.flatMap((definition) =>
      definition.type === 'route' && definition.route.request?.body ? [definition.route] : [],
    );
    return new Set(
      routes.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
    );
  };
  return ({ req }) => {
    const route = req.matchedRoutes.findLast(({ method }) => method !== 'ALL');
    // Routes are registered after the middleware that asks.
    if (route === undefined) return undefined;
    declared ??= list();
    return declared.has(`${route.method.toLowerCase()} ${route.path}`) ? 'needed' : 'none';
  };
}
