import type { Asset, Encoding } from './console-build.ts';

/**
 * The smallest form there is that the client takes.
 * https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3
 */
export function encodingFor(acceptEncoding: string | undefined, { bodies }: Asset): Encoding {
  const accepted = new Map(
    (acceptEncoding ?? '').split(',').map((item) => {
      const [coding = '', ...parameters] = item
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const refused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
      return [coding, !refused] as const;
    }),
  );
  const takes = (coding: string): boolean => accepted.get(coding) ?? accepted.get('*') ?? false;
  if (bodies.br && takes('br')) return 'br';
  if (bodies.gzip && takes('gzip')) return 'gzip';
  return 'identity';
}
