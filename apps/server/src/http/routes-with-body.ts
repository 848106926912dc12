import type { Context } from 'hono';
import type { Api, Environment } from './context.ts';

/** Tells whether the route a request has matched declares a body. */
export function routesWithBody(api: Api): (context: Context<Environment>) => boolean {
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
    return (
      route !== undefined &&
      (declared ??= list()).has(`${route.method.toLowerCase()} ${route.path}`)
    );
  };
}
