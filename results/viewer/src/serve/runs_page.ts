// The list of runs: filter it, open one, choose two and compare them.
import { counted, duration, grouped } from '../model/format';
import { h } from '../view/dom';
import { ask, type CampaignList, type ListedRun, type RunList } from './api';
import { badge, everyFew, failure, hint, list, runLink, type Shown } from './parts';
import { addressOf } from './route';
import { configurationOf, staleOf } from './words';

const kOutcomes = ['pass', 'violation', 'unknown', 'harness-error', 'unfinished', 'unreadable'];
const kColumns = ['compare', 'outcome', 'run', 'configuration', 'what it found', 'operations', 'stale reads', 'took', 'started'];
const kNumbers = [5, 6, 7];
const kTypingPause = 200; // ms

// Over pages and filters: two at most, the first chosen goes first.
let chosen: string[] = [];

export function runsPage(parameters: URLSearchParams): Shown {
  const asked = {
    filter: parameters.get('filter') ?? '',
    outcome: parameters.get('outcome') ?? '',
    in: parameters.get('in') ?? '',
    page: Number(parameters.get('page') ?? 0) || 0,
  };
  const status = h('p', { class: 'muted', role: 'status' }, 'Looking …');
  const table = h('div', {});
  const pager = h('nav', { class: 'bar', 'aria-label': 'Pages' });
  const choice = h('div', { class: 'choice', role: 'region', 'aria-label': 'Runs to compare', 'aria-live': 'polite' });
  const filter = h('input', {
    id: 'filter', type: 'search', value: asked.filter, placeholder: 'stale r=2 nemesis=kill', autocomplete: 'off', spellcheck: 'false',
    maxlength: 200,
  });
  const outcome = h('select', { id: 'outcome' });
  const scope = h('select', { id: 'in' });
  let shown = '';
  let asking: AbortController | null = null;

  const look = async (): Promise<void> => {
    asking?.abort();
    const mine = (asking = new AbortController());
    history.replaceState(null, '', addressOf('runs', asked));
    const query = new URLSearchParams(Object.entries(asked).map(([name, value]) => [name, String(value)]));
    try {
      show(await ask<RunList>(`/api/runs?${query}`, mine.signal));
    } catch (error) {
      if (mine.signal.aborted) return;
      shown = '';
      status.textContent = '';
      table.replaceChildren(failure(error));
    }
  };

  const show = (found: RunList): void => {
    const text = JSON.stringify(found);
    if (text === shown) return;
    shown = text;
    status.textContent = summaryOf(found);
    fillOutcomes(outcome, asked.outcome, found.outcomes);
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['of'] : undefined;
    table.replaceChildren(
      found.runs.length === 0
        ? hint(found.all === 0 ? 'Nothing here yet: quorate run makes a run.' : 'No run matches.')
        : list('Runs, the latest first', kColumns, found.runs.map((run) => row(run, choose)), kNumbers),
    );
    if (focused) table.querySelector<HTMLElement>(`[data-of="${CSS.escape(focused)}"]`)?.focus();
    showPager(pager, found, (page) => {
      asked.page = page;
      void look().then(() => window.scrollTo(0, 0));
    });
  };

  const choose = (path: string, yes: boolean): void => {
    chosen = chosen.filter((other) => other !== path);
    if (yes) chosen = [...chosen.slice(-1), path];
    for (const box of table.querySelectorAll<HTMLInputElement>('input[type=checkbox]')) {
      box.checked = chosen.includes(box.value);
    }
    showChoice(choice, () => {
      chosen = [];
      for (const box of table.querySelectorAll<HTMLInputElement>('input[type=checkbox]')) box.checked = false;
      filter.focus();
    });
  };

  let typing = 0;
  const changed = (pause: number) => {
    Object.assign(asked, { filter: filter.value, outcome: outcome.value, in: scope.value, page: 0 });
    clearTimeout(typing);
    typing = window.setTimeout(() => void look(), pause);
  };
  filter.addEventListener('input', () => changed(kTypingPause));
  for (const select of [outcome, scope]) select.addEventListener('change', () => changed(0));
  fillOutcomes(outcome, asked.outcome, undefined);
  fillScopes(scope, asked.in, []);
  void ask<CampaignList>('/api/campaigns').then(
    ({ campaigns }) => fillScopes(scope, scope.value, campaigns.map(({ path }) => path)),
    () => undefined, // the list tells what is wrong
  );
  showChoice(choice, () => choose('', false));
  void look();
  const stop = everyFew(3, look);
  const element = h(
    'section',
    { 'aria-label': 'Runs' },
    h(
      'form',
      { class: 'controls', role: 'search', onsubmit: (event) => event.preventDefault() },
      h('label', { for: 'filter', class: 'wide' }, 'Words, all of which must be there', filter),
      h('label', { for: 'outcome' }, 'Outcome', outcome),
      h('label', { for: 'in' }, 'Where', scope),
    ),
    status, choice, table, pager,
  );
  return { title: 'Runs', element, stop: () => { stop(); clearTimeout(typing); asking?.abort(); } };
}

function summaryOf(found: RunList): string {
  const first = found.page * found.size + 1;
  const range = found.runs.length > 0 ? `, ${grouped(first)} to ${grouped(first + found.runs.length - 1)} shown` : '';
  const of = found.matching === found.all ? '' : ` of ${grouped(found.all)}`;
  const more = found['cut-off'] ? '; the folder has more than is looked at' : '';
  return `${counted(found.matching, 'run')}${of}${range}${more}`;
}

function row(run: ListedRun, choose: (path: string, yes: boolean) => void): (Node | string)[] {
  const box = h('input', {
    type: 'checkbox', value: run.path, 'aria-label': `Compare ${run.path}`, 'data-of': `box ${run.path}`,
    onchange: () => choose(run.path, box.checked),
  });
  box.checked = chosen.includes(run.path);
  const link = runLink(run.path);
  link.dataset['of'] = `link ${run.path}`;
  return [
    box,
    badge(run.outcome),
    link,
    configurationOf(run.configuration),
    h('span', { class: 'short', title: run.sentence }, run.sentence, run.flagged.length ? h('span', { class: 'flags' }, ` flagged: ${run.flagged.join(', ')}`) : null),
    run.operations > 0 ? grouped(run.operations) : '',
    staleOf(run),
    run['total-s'] > 0 ? duration(run['total-s'] * 1e9) : '',
    h('time', { datetime: run.started }, run.started.replace('T', ' ').replace('Z', '')),
  ];
}

function option(value: string, text: string, selected: string): HTMLElement {
  return h('option', { value, selected: value === selected }, text);
}

function fillOutcomes(select: HTMLSelectElement, selected: string, counts: Record<string, number> | undefined): void {
  const total = counts ? Object.values(counts).reduce((sum, count) => sum + count, 0) : 0;
  const text = (name: string, count: number) => (counts ? `${name} (${grouped(count)})` : name);
  const names = kOutcomes.filter((name) => !counts || counts[name] || name === selected);
  select.replaceChildren(
    option('', text('any', total), selected),
    ...names.map((name) => option(name, text(name, counts?.[name] ?? 0), selected)),
  );
}

function fillScopes(select: HTMLSelectElement, selected: string, campaigns: string[]): void {
  const values = campaigns.map((path) => `campaign:${path}`);
  if (selected.startsWith('campaign:') && !values.includes(selected)) values.push(selected);
  select.replaceChildren(
    option('', 'everywhere', selected),
    option('none', 'outside of campaigns', selected),
    ...values.map((value) => option(value, value.replace('campaign:', 'campaign ') || 'this campaign', selected)),
  );
}

function showPager(pager: HTMLElement, found: RunList, go: (page: number) => void): void {
  const pages = Math.max(1, Math.ceil(found.matching / found.size));
  pager.hidden = pages === 1 && found.page === 0;
  const to = (page: number, text: string) =>
    h('button', { type: 'button', disabled: page < 0 || page >= pages || page === found.page, onclick: () => go(page) }, text);
  pager.replaceChildren(
    to(0, 'First'), to(found.page - 1, 'Newer'),
    h('span', {}, `page ${grouped(found.page + 1)} of ${grouped(pages)}`),
    to(found.page + 1, 'Older'), to(pages - 1, 'Last'),
  );
}

function showChoice(choice: HTMLElement, clear: () => void): void {
  const [a, b] = chosen;
  choice.hidden = a === undefined;
  if (a === undefined) return choice.replaceChildren();
  choice.replaceChildren(
    h('span', {}, b === undefined ? `Chosen: ${a}. Choose another one to compare it with.` : `Chosen: ${a} and ${b}.`),
    b === undefined ? '' : h('a', { class: 'button', href: addressOf('compare', { a, b }) }, 'Compare them'),
    h('button', { type: 'button', onclick: () => { clear(); showChoice(choice, clear); } }, 'Clear'),
  );
}
