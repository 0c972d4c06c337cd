// Two runs side by side: first what was different about them, then what came of it.
import { h, more } from '../view/dom';
import { ask, fileOf, type ComparedProperty, type ComparedRow, type Comparison } from './api';
import { badge, failure, hint, runLink, type Shown } from './parts';
import { cell, measure } from './words';

export function comparePage(parameters: URLSearchParams): Shown {
  const [a, b] = [parameters.get('a') ?? '', parameters.get('b') ?? ''];
  const element = h('section', { 'aria-label': 'Comparison' }, hint('Looking …'));
  void ask<Comparison>(`/api/compare?${new URLSearchParams({ a, b })}`).then(
    (found) => element.replaceChildren(...show(found)),
    (error: unknown) => element.replaceChildren(failure(error)),
  );
  return { title: 'Two runs', element };
}

function show(found: Comparison): Node[] {
  const differ = found.configuration.filter((row) => !row.same);
  const same = found.configuration.filter((row) => row.same);
  const elsewhere = found.environment.filter((row) => !row.same);
  return [
    h('h1', {}, 'Two runs side by side'),
    h('div', { class: 'sides' }, ...(['a', 'b'] as const).map((name) => side(name, found[name]))),
    part('What was configured differently', differ.length ? rows(differ, cell) : hint('Nothing: these are runs of one configuration.')),
    same.length ? more(`What was the same (${same.length})`, rows(same, cell)) : '',
    elsewhere.length ? more(`Where and when they ran (${elsewhere.length} differences)`, rows(elsewhere, cell)) : '',
    part('Properties', rows(found.properties, property)),
    part('Numbers', rows(found.numbers, measure, true)),
  ].map((each) => (typeof each === 'string' ? document.createTextNode(each) : each));
}

const part = (title: string, ...inside: Node[]): HTMLElement => h('section', {}, h('h2', {}, title), ...inside);

function side(name: string, run: Comparison['a']): HTMLElement {
  return h(
    'article',
    { class: 'side' },
    h('h2', {}, `${name} `, badge(run.outcome), ' ', runLink(run.path)),
    h('p', {}, run.sentence ?? 'It has no verdict.'),
    h('p', { class: 'hint' }, ...['test.json', 'results.json', 'history.jsonl'].flatMap((file) => [h('a', { href: fileOf(`${run.path}/${file}`) }, file), ' '])),
  );
}

function property(told: ComparedProperty | null): Node | string {
  if (told === null) return '–';
  const flagged = told.standing === 'broken' && !told.promised;
  const kind = flagged ? 'flagged' : told.standing === 'not checked' ? 'unchecked' : told.standing;
  const count = told.violations ? ` (${measure(told.violations)})` : '';
  return h('span', {}, h('span', { class: `standing ${kind}` }, flagged ? 'flagged' : told.standing), `${count}${told.promised ? ', promised' : ''}`);
}

function rows<T>(all: ComparedRow<T>[], show: (value: T) => Node | string, numbers = false): HTMLElement {
  const kind = numbers ? 'number' : undefined;
  return h(
    'div',
    { class: 'scrolls' },
    h(
      'table',
      { class: 'compared' },
      h('thead', {}, h('tr', {}, h('td', {}), h('th', { scope: 'col', class: kind }, 'a'), h('th', { scope: 'col', class: kind }, 'b'))),
      h(
        'tbody',
        {},
        ...all.map((row) =>
          h('tr', { class: row.same ? undefined : 'differs' }, h('th', { scope: 'row' }, row.name), h('td', { class: kind }, show(row.a)), h('td', { class: kind }, show(row.b))),
        ),
      ),
    ),
  );
}
