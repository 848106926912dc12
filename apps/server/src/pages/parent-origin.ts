/**
 * Whether a page may embed the console. `parent_origin` is only a claim: anybody can write it into
 * an address. What counts is the answer: the page is rendered for one registered origin, and the
 * browser refuses to show it inside any other (CSP frame-ancestors).
 *
 *   missing or malformed   → 400
 *   not registered         → 403
 *   registered             → 200 with `frame-ancestors <that origin>`
 */
import { isLoopbackOrigin, parseOrigin } from '@zcbot/protocol/embed';
import { isOwnOrigin } from '../http/own-origin.ts';

export type ParentFault =
  'missing_parent_origin' | 'malformed_parent_origin' | 'unregistered_parent_origin';

export type ParentDecision =
  | {
      origin: string;
      /** The origin is the console's own: the page may post to itself, for debugging. */
      selfParent: boolean;
    }
  | { fault: ParentFault; claim: string | undefined };

export interface ParentOrigins {
  /** @param claims every value of `parent_origin` in the address; two are malformed. */
  decide(claims: readonly string[]): ParentDecision;
}

export function createParentOrigins(options: {
  registered: readonly string[];
  /** The console's own origin as browsers see it; never taken from a Host header. */
  ownOrigin: () => string;
  /** Also accept loopback origins that are not registered. */
  trustLoopback: boolean;
}): ParentOrigins {
  const registered = new Set(options.registered);

  return {
    decide(claims) {
      const claim = claims[0];
      if (claims.length > 1) return { fault: 'malformed_parent_origin', claim };
      const parsed = parseOrigin(claim);
      if ('fault' in parsed) return { fault: `${parsed.fault}_parent_origin`, claim };
      const { origin } = parsed;
      if (isOwnOrigin(origin, options.ownOrigin())) return { origin, selfParent: true };
      if (registered.has(origin) || (options.trustLoopback && isLoopbackOrigin(origin))) {
        return { origin, selfParent: false };
      }
      return { fault: 'unregistered_parent_origin', claim: origin };
    },
  };
}
