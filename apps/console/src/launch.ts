/** How this page was served. The server decides it per request; the query string cannot. */
export type Mode =
  | { kind: 'standalone' }
  | {
      kind: 'embed';
      /** The registered origin the server rendered the page for. */
      parentOrigin: string;
      /** The rendered origin is the console's own: messages come from this very window. */
      selfParent: boolean;
    };

export interface Launch {
  mode: Mode;
  /**
   * Task named by the address, in lower case as the server has it; opened at the first accepted
   * entry only.
   */
  taskId: string | null;
  theme: string | null;
  language: string | null;
}

export function readLaunch(document: Document, search: string): Launch {
  const rendered = document.querySelector<HTMLMetaElement>('meta[name="zcbot-config"]');
  const query = new URLSearchParams(search);
  return {
    mode: parseMode(rendered?.content ?? '{}'),
    taskId: query.get('task_id')?.trim().toLowerCase() || null,
    theme: query.get('theme'),
    language: query.get('lang'),
  };
}

export function parseMode(content: string): Mode {
  const rendered: unknown = JSON.parse(content);
  if (
    typeof rendered === 'object' &&
    rendered !== null &&
    'mode' in rendered &&
    rendered.mode === 'embed' &&
    'parentOrigin' in rendered &&
    typeof rendered.parentOrigin === 'string'
  ) {
    const selfParent = 'selfParent' in rendered && rendered.selfParent === true;
    return { kind: 'embed', parentOrigin: rendered.parentOrigin, selfParent };
  }
  return { kind: 'standalone' };
}
