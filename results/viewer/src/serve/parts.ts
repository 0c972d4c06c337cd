// What several pages are made of.
import { h } from '../view/dom';
import { reportOf } from './api';

export const badge = (outcome: string): HTMLElement => h('span', { class: `badge ${outcome}` }, outcome);

/** A path that may be broken into lines behind its slashes. */
export const pathText = (path: string): (Node | string)[] => path.split(/(?<=\/)/).flatMap((part, i) => (i ? [h('wbr'), part] : [part]));

export const runLink = (path: string, text = path): HTMLElement =>
  h('a', { class: 'run', href: reportOf(path) }, ...pathText(text || '(this folder)'));

export const failure = (error: unknown): HTMLElement =>
  h('p', { class: 'notice', role: 'alert' }, error instanceof Error ? error.message : String(error));

export const hint = (...words: (Node | string)[]): HTMLElement => h('p', { class: 'muted' }, ...words);

type Cell = Node | string;

/** A table that is a list of cards on a phone: each cell knows the name of its column. */
export function list(caption: string, head: string[], rows: Cell[][], numbers: number[] = []): HTMLElement {
  const kind = (i: number) => (numbers.includes(i) ? 'number' : undefined);
  return h(
    'table',
    { class: 'cards' },
    h('caption', { class: 'unseen' }, caption),
    h('thead', {}, h('tr', {}, ...head.map((name, i) => h('th', { scope: 'col', class: kind(i) }, name)))),
    h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row.map((part, i) => h('td', { class: kind(i), 'data-name': head[i] }, part))))),
  );
}

/** A page that is shown: `stop` is called when another one takes its place. */
export interface Shown {
  title: string;
  element: HTMLElement;
  stop?: () => void;
}

/** Calls `look` again and again while the page is seen. */
export function everyFew(seconds: number, look: () => Promise<void>): () => void {
  let timer = 0;
  let stopped = false;
  const next = () => {
    timer = window.setTimeout(async () => {
      if (!document.hidden) await look();
      if (!stopped) next();
    }, seconds * 1000);
  };
  next();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
