// One campaign, live: how far it is, what failed and how often, each combination, the last runs.
import type { Group } from '../data/campaign';
import { counted, duration, grouped, percent } from '../model/format';
import { h } from '../view/dom';
import { reportOf, type Campaign, type LedgerRecord } from './api';
import { follow, type Live } from './live';
import { badge, failure, hint, list, runLink, type Shown } from './parts';
import { addressOf } from './route';
import { all, measure } from './words';

const kMostCombinations = 500;

export function campaignPage(parameters: URLSearchParams): Shown {
  const path = parameters.get('path') ?? '';
  const state = h('p', { class: 'state', role: 'status' });
  const head = h('h1', {}, path);
  const sentence = h('p', { class: 'sentence' });
  const progress = h('div', {});
  const failures = h('section', {});
  const combinations = h('section', {});
  const last = h('section', {});
  const element = h(
    'section',
    { 'aria-label': 'Campaign' },
    head, state, sentence, progress,
    h('p', {}, h('a', { href: addressOf('runs', { in: `campaign:${path}` }) }, 'All runs of this campaign'), ' · ', h('a', { href: reportOf(path) }, 'Its report'), ', written when it stops'),
    failures, combinations, last,
  );
  const drawn = new Map<HTMLElement, string>();
  // Only what changed is drawn anew, so that whoever reads or tabs through it is left alone.
  const draw = (part: HTMLElement, of: unknown, inside: () => (Node | string)[]): void => {
    const text = JSON.stringify(of);
    if (drawn.get(part) === text) return;
    drawn.set(part, text);
    part.replaceChildren(...inside());
  };
  const show = ({ campaign, last: runs, link }: Live): void => {
    const { sum } = campaign;
    draw(head, sum.name, () => [sum.name]);
    draw(state, [link, campaign.stopped, campaign.unreadable], () => stateOf(campaign, link));
    draw(sentence, [sum.sentence, sum['exit-code']], () => [sum.sentence]);
    draw(progress, [sum.runs, sum.planned, sum.canaries], () => progressOf(campaign));
    draw(failures, sum.groups, () => failuresOf(path, sum.groups));
    draw(combinations, sum.combinations, () => combinationsOf(sum.combinations));
    draw(last, runs, () => lastOf(path, runs, sum.combinations));
  };
  const stop = follow(path, show, (error) => element.replaceChildren(failure(error)));
  return { title: path || 'Campaign', element, stop };
}

function stateOf(campaign: Campaign, link: Live['link']): Node[] {
  const texts = {
    live: campaign.stopped ? 'stopped, or done; what comes is shown at once' : 'live: runs are shown as they end',
    lost: 'the connection is lost; trying again',
    broken: 'the stream of events has ended; load the page again',
  };
  const dot = link === 'live' ? (campaign.stopped ? 'idle' : 'live') : 'lost';
  const unread = campaign.unreadable ? `; ${counted(campaign.unreadable, 'line')} of its ledger make no sense` : '';
  return [h('span', { class: `dot ${dot}`, 'aria-hidden': 'true' }), document.createTextNode(` ${texts[link]}${unread}`)];
}

function progressOf({ sum }: Campaign): Node[] {
  const done = all(sum.runs);
  const planned = sum.planned > 0 ? sum.planned : done;
  const parts = (['passed', 'failed', 'unknown', 'errors'] as const).map((name) => ({ name, count: sum.runs[name] }));
  const label = sum.planned > 0 ? `${grouped(done)} of ${grouped(sum.planned)} planned runs` : `${grouped(done)} runs`;
  return [
    stripes(parts, Math.max(planned, 1), label),
    h(
      'ul',
      { class: 'counts' },
      h('li', {}, h('strong', {}, label)),
      ...parts.map(({ name, count }) => h('li', {}, h('span', { class: `swatch ${name}` }), ` ${name} `, h('strong', { 'data-count': name }, grouped(count)))),
      sum.canaries.run > 0
        ? h('li', { class: sum.canaries.missed.length ? 'bad' : undefined }, `planted bugs found ${sum.canaries.run - sum.canaries.missed.length} of ${sum.canaries.run} times`)
        : null,
    ),
  ];
}

/** A bar of what came out so far; the rest of it is still to come. */
function stripes(parts: { name: string; count: number }[], planned: number, label: string): Element {
  const kSvg = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(kSvg, 'svg');
  const set = (element: Element, values: Record<string, string | number>) => {
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, String(value));
  };
  set(svg, { viewBox: '0 0 1000 10', preserveAspectRatio: 'none', role: 'img', class: 'stripes', 'aria-label': label });
  let x = 0;
  for (const { name, count } of parts) {
    const width = (1000 * count) / planned;
    const stripe = document.createElementNS(kSvg, 'rect');
    set(stripe, { x, y: 0, width, height: 10, class: name });
    svg.append(stripe);
    x += width;
  }
  return svg;
}

function failuresOf(path: string, groups: Group[]): Node[] {
  if (groups.length === 0) return [];
  const rows = groups.map((group) => [
    h('strong', { class: 'bad' }, group.anomaly),
    `${grouped(group.failed)} of ${grouped(group['of-runs'])} (${percent(group['of-runs'] ? group.failed / group['of-runs'] : 1)})`,
    group.repeats ? `${group['repeats-failed']} of ${group.repeats}` : '',
    group.promised,
    group.faults,
    h('span', {}, ...group.kept.flatMap((name) => [runLink(`${path ? `${path}/` : ''}runs/${name}`, name), ' '])),
  ]);
  return [h('h2', {}, 'What failed'), list('Failures', ['anomaly', 'failed', 'again', 'promised', 'faults', 'smallest runs'], rows, [1, 2])];
}

function combinationsOf(combinations: Campaign['sum']['combinations']): Node[] {
  const run = combinations.filter((each) => all(each.runs) > 0);
  if (run.length === 0) return [];
  const rows = run.slice(0, kMostCombinations).map(({ text, runs, flagged }) => [
    text || '(the only one)',
    measure(runs.passed), measure(runs.failed), measure(runs.unknown), measure(runs.errors),
    Object.entries(flagged).map(([name, count]) => `${name} ${count}`).join(', '),
  ]);
  return [
    h('h2', {}, `Combinations (${grouped(run.length)} of ${grouped(combinations.length)} were run)`),
    list('Combinations', ['combination', 'passed', 'failed', 'unknown', 'errors', 'flagged, as expected'], rows, [1, 2, 3, 4]),
    ...(run.length > kMostCombinations ? [hint(`The first ${kMostCombinations} of them; results.json has all.`)] : []),
  ];
}

function lastOf(path: string, runs: LedgerRecord[], combinations: Campaign['sum']['combinations']): Node[] {
  const rows = runs.map((record) => [
    badge(record.outcome),
    runLink(`${path ? `${path}/` : ''}runs/${record.run}`, record.run),
    record.kind === 'planned' ? '' : record.kind,
    combinations[record.combination]?.text ?? '',
    h('span', { class: 'short', title: record.sentence }, record.sentence),
    grouped(record.operations),
    duration(record['total-s'] * 1e9),
    record.ended.replace('T', ' ').replace('Z', ''),
  ]);
  return [
    h('h2', {}, 'The last runs'),
    rows.length ? list('The last runs', ['outcome', 'run', 'kind', 'combination', 'why', 'operations', 'took', 'ended'], rows, [5, 6]) : hint('None has ended yet.'),
  ];
}
