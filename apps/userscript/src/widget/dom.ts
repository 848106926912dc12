/**
 * Elements by createElement and textContent only: nothing in the widget parses HTML, so no page's
 * Trusted Types policy stands in its way and no text can become markup.
 */

type Child = Node | string | null | undefined | false;
type Handlers = { [E in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[E]) => void };

export interface ElementParts {
  class?: string;
  attributes?: Record<string, string | boolean | undefined>;
  on?: Handlers;
}

export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  parts: ElementParts = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (parts.class) element.className = parts.class;
  for (const [name, value] of Object.entries(parts.attributes ?? {})) {
    if (value === true) element.setAttribute(name, '');
    else if (typeof value === 'string') element.setAttribute(name, value);
  }
  for (const [name, handler] of Object.entries(parts.on ?? {})) {
    element.addEventListener(name, handler as EventListener);
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

const ICONS = {
  chat: 'M4 5.5A1.5 1.5 0 0 1 5.5 4h9A1.5 1.5 0 0 1 16 5.5v6a1.5 1.5 0 0 1-1.5 1.5H9l-4 3.2V13h-.5A1.5 1.5 0 0 1 4 11.5z',
  close: 'm5 5 10 10M15 5 5 15',
  plus: 'M10 4v12M4 10h12',
  clock: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14Zm0-11v4l2.5 1.5',
  settings: 'M3.5 6h7m4 0h2M3.5 14h2m4 0h7M12.5 4v4m-5 4v4',
  back: 'M16 10H4m0 0 5-5m-5 5 5 5',
  send: 'M10 16V4m0 0L5 9m5-5 5 5',
  stop: 'M6.5 6.5h7v7h-7z',
  down: 'M10 4v12m0 0 5-5m-5 5-5-5',
  copy: 'M7.5 7.5h8v9h-8zM12.5 7.5v-4h-8v9h3',
  retry: 'M15.5 8A6 6 0 1 0 16 11.5M15.5 4v4h-4',
  warning: 'M10 3.5 2.8 16h14.4zM10 8.5v3.5m0 2.2v.1',
  person: 'M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM4 16.5c.6-3 3-4.5 6-4.5s5.4 1.5 6 4.5',
} as const;

const SVG = 'http://www.w3.org/2000/svg';

/** 20 × 20 line icon; decorative, so hidden from assistive technology. */
export function icon(name: keyof typeof ICONS): SVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [key, value] of Object.entries({
    viewBox: '0 0 20 20',
    width: '20',
    height: '20',
    fill: name === 'stop' ? 'currentColor' : 'none',
    stroke: 'currentColor',
    'stroke-width': '1.6',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
  })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(
  name: keyof typeof ICONS,
  label: string,
  press: () => void,
  className = 'icon-button',
): HTMLButtonElement {
  return h(
    'button',
    {
      class: className,
      attributes: { type: 'button', 'aria-label': label, title: label },
      on: { click: press },
    },
    icon(name),
  );
}
