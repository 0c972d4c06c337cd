// Elements without ceremony. Texts are always set as texts, never as HTML.

type Child = Node | string | null | undefined;
type Handlers = { [K in keyof HTMLElementEventMap as `on${K}`]?: (event: HTMLElementEventMap[K]) => void };
export type Attributes = Record<string, string | number | boolean | undefined> | Handlers;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Child | Child[])[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name.slice(2), value as EventListener);
    } else if (value === true) {
      element.setAttribute(name, '');
    } else if (value !== undefined && value !== false) {
      element.setAttribute(name, String(value));
    }
  }
  element.append(...children.flat().filter((child): child is Node | string => child != null));
  return element;
}

/** A part of the page that the navigation knows. */
export function section(id: string, title: string, ...children: (Child | Child[])[]): HTMLElement {
  return h(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    h('h2', { id: `${id}-title` }, title),
    ...children,
  );
}

export function table(
  head: string[],
  rows: (Child | Child[])[][],
  options: { caption?: string; numbers?: number[] } = {},
): HTMLElement {
  const kind = (i: number) => (options.numbers?.includes(i) ? 'number' : undefined);
  return h(
    'div',
    { class: 'scrolls', tabindex: 0, role: 'region', 'aria-label': options.caption ?? head.join(', ') },
    h(
      'table',
      {},
      options.caption ? h('caption', { class: 'unseen' }, options.caption) : null,
      h('thead', {}, h('tr', {}, ...head.map((t, i) => h('th', { scope: 'col', class: kind(i) }, t)))),
      h(
        'tbody',
        {},
        ...rows.map((row) => h('tr', {}, ...row.map((c, i) => h('td', { class: kind(i) }, ...[c].flat())))),
      ),
    ),
  );
}

/** Names and what they are. */
export function facts(pairs: [string, Child | Child[]][]): HTMLElement {
  return h(
    'dl',
    { class: 'facts' },
    ...pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, ...[value].flat()))),
  );
}

export function more(summary: string, ...children: Child[]): HTMLElement {
  return h('details', {}, h('summary', {}, summary), ...children);
}

const dark = matchMedia('(prefers-color-scheme: dark)');
const colours = new Map<string, string>();
dark.addEventListener('change', () => colours.clear());

/** The colour that the style sheet gives a name now. */
export function colour(name: string): string {
  let found = colours.get(name);
  if (found === undefined) {
    found = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    colours.set(name, found);
  }
  return found;
}

/** Calls `draw` now, and again whenever light becomes dark. */
export function inEachLight(draw: () => void): void {
  dark.addEventListener('change', draw);
  draw();
}
