// The verdict, in a sentence, and how each property stands.
import type { PropertyVerdict, Run } from '../data/run';
import { duration, grouped, percent } from '../model/format';
import { h, section, table } from './dom';

const kMeaning: Record<string, string> = {
  pass: 'Every promised property that can be checked held, and the run exercised what it claims to.',
  violation: 'Something that this configuration promises is broken.',
  unknown: 'The run proves nothing either way.',
  'harness-error': 'The harness could not run the test, or could not judge it.',
  unfinished: 'There is no verdict in this folder.',
};

export function verdict(run: Run): HTMLElement {
  const { head } = run;
  const outcome = head.results?.outcome ?? 'unfinished';
  const sentence = head.results?.sentence ?? kMeaning['unfinished']!;
  return h(
    'header',
    { class: `verdict ${outcome}` },
    h('p', { class: 'brand' }, `Quorate · ${head.name}`),
    h('h1', {}, h('span', { class: 'badge' }, outcome), ' ', sentence),
    h('p', { class: 'meaning' }, kMeaning[outcome] ?? ''),
    h('p', { class: 'configuration' }, configurationOf(run)),
    ...head.notices.map((notice) => h('p', { class: 'notice', role: 'note' }, notice)),
  );
}

function configurationOf({ head }: Run): string {
  const t = head.test;
  const faults = Array.isArray(t['nemesis']) && t['nemesis'].length ? `faults: ${t['nemesis'].join(', ')}` : 'no faults';
  return [
    `${t['nodes']} nodes, n=${t['n']} r=${t['r']} w=${t['w']}`,
    `${t['workload']} workload`,
    `${t['read-mode']}, by ${t['mode']}`,
    faults,
    `${grouped(head.operations.all)} operations in ${duration(head.end_ns)}`,
    `seed ${t['seed']}`,
  ].join(' · ');
}

export function properties(run: Run): HTMLElement | null {
  const list = run.head.results?.properties ?? [];
  if (list.length === 0) return null;
  const promised = list.filter((p) => p.promised);
  const others = list.filter((p) => !p.promised && p.standing !== 'not checked');
  const unjudged = list.filter((p) => !p.promised && p.standing === 'not checked');
  return section(
    'properties',
    'Properties',
    h('h3', {}, 'Promised by this configuration'),
    promised.length ? propertyTable(promised, 'Promised properties') : h('p', {}, 'Nothing that is checked.'),
    others.length ? h('h3', {}, 'Not promised, measured all the same') : null,
    others.length ? propertyTable(others, 'Measured properties') : null,
    unjudged.length
      ? h('p', { class: 'muted' }, `Not promised and not checked: ${unjudged.map((p) => p.property).join(', ')}.`)
      : null,
  );
}

const kStanding: Record<string, string> = { held: 'held', broken: 'broken', undecided: 'undecided', 'not checked': 'unchecked' };

function propertyTable(list: PropertyVerdict[], caption: string): HTMLElement {
  const rows = list.map((p) => {
    const flagged = !p.promised && p.standing === 'broken';
    const words = flagged ? 'flagged, as expected' : p.standing;
    const found = p.violation_count ?? 0;
    return [
      found > 0 && p.violations?.length ? h('a', { href: `#violations-${p.property}` }, p.property) : p.property,
      h('span', { class: `standing ${flagged ? 'flagged' : kStanding[p.standing]}` }, words),
      found > 0 ? grouped(found) : '',
      p.reason ?? measureText(p),
    ];
  });
  return table(['property', 'found', 'violations', 'what was looked at'], rows, { caption, numbers: [2] });
}

function measureText({ measures }: PropertyVerdict): string {
  if (!measures) return '';
  const number = (name: string) => (typeof measures[name] === 'number' ? (measures[name] as number) : undefined);
  const parts: string[] = [];
  const operations = number('operations') ?? number('reads');
  if (operations !== undefined) parts.push(`${grouped(operations)} ${number('operations') === undefined ? 'reads' : 'operations'}`);
  if (number('keys') !== undefined) parts.push(`${grouped(number('keys')!)} keys`);
  const info = number('info_share_max');
  if (info) parts.push(`up to ${percent(info)} of a key’s writes unknown`);
  return parts.join(', ');
}
