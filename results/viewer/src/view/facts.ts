// What was exercised, what the harness cost, and how to run the same again.
import type { HarnessCost, Run } from '../data/run';
import { bytes, digits, duration, grouped, percent } from '../model/format';
import { facts, h, more, section, table } from './dom';

type Numbers = Record<string, number>;

export function exercised(run: Run): HTMLElement {
  const e = run.head.results?.measures?.exercised;
  if (!e) return section('exercised', 'What was exercised', h('p', {}, 'Not measured.'));
  const number = (name: string) => grouped(Number(e[name] ?? 0));
  const seen = e['writes-seen'] as Numbers | undefined;
  const met = Object.entries((e['met'] as Numbers | undefined) ?? {});
  const crashes = (e['node-crashes'] as string[] | undefined) ?? [];
  const worst = e['worst-disagreement'] as number | undefined;
  return section(
    'exercised',
    'What was exercised',
    facts([
      ['ok', `${number('ok-reads')} reads, ${number('ok-writes')} writes`],
      ['failed, unknown', `${number('failed')}, ${number('unknown')}`],
      ['load', `${digits(Number(e['load-s'] ?? 0))} s`],
      ['writes cut between first and last acknowledgement', seen ? `${grouped(seen['cut-in-between'] ?? 0)} of ${grouped(seen['writes'] ?? 0)} seen on the network` : 'not measured'],
      ['faults in force together', met.length ? met.map(([pair, n]) => `${pair} ×${n}`).join(', ') : 'none'],
      ['replicas apart, at most', worst === undefined ? 'not measured' : `${grouped(worst)} records`],
      ['nodes that died unasked', crashes.length ? crashes.join('; ') : 'none'],
    ]),
    faultTable(e['faults'] as Record<string, Record<string, unknown>> | undefined),
    quorums(e['quorums'] as Numbers | undefined),
    versions(run),
    marks(run),
  );
}

const kMostMarks = 500;

// What the nemesis and the harness did, and the steps of a scenario.
function marks({ head }: Run): HTMLElement | null {
  if (head.marks.length === 0) return null;
  const rows = head.marks.slice(0, kMostMarks).map(({ time_ns, process, type, f, value }) => [
    duration(time_ns),
    process,
    type === 'invoke' ? `${f} …` : f,
    typeof value === 'string' ? value : value === null ? '' : JSON.stringify(value),
  ]);
  const cut = head.marks.length > kMostMarks ? `, of which the first ${kMostMarks} are here` : '';
  return more(
    `What no client did: ${grouped(head.marks.length)} marks${cut}`,
    table(['at', 'who', 'what', 'with'], rows, { caption: 'Marks', numbers: [0] }),
  );
}

function faultTable(faults: Record<string, Record<string, unknown>> = {}): HTMLElement {
  const rows = Object.entries(faults).map(([name, sum]) => [
    name,
    grouped(Number(sum['injected'] ?? 0)),
    grouped(Number(sum['missed'] ?? 0)),
    grouped(Number(sum['operations-in-flight'] ?? 0)),
    [
      ...Object.entries((sum['packets'] as Numbers | undefined) ?? {}).map(([what, n]) => `${grouped(n)} packets ${what}`),
      ...(sum['bytes-lost'] ? [`${grouped(Number(sum['bytes-lost']))} bytes lost`] : []),
    ].join(', '),
  ]);
  if (rows.length === 0) return h('p', {}, 'No fault was in force.');
  return table(['fault', 'in force', 'missed', 'operations in flight', 'did'], rows, { caption: 'Faults', numbers: [1, 2, 3] });
}

function quorums(of: Numbers = {}): HTMLElement | null {
  const rows = Object.entries(of)
    .sort(([, a], [, b]) => b - a)
    .map(([nodes, n]) => [nodes.replace(/[[\]"]/g, '').replace(/,/g, ' '), grouped(n)]);
  if (rows.length === 0) return null;
  return more(`${rows.length} different sets of replicas answered`, table(['replicas', 'operations'], rows, { caption: 'Who answered', numbers: [1] }));
}

function versions(run: Run): HTMLElement | null {
  const box = run.head.results?.measures?.['white-box'];
  if (!box) return null;
  const disagreements = box.disagreements?.length ?? 0;
  return h(
    'p',
    {},
    box.has_versions
      ? `Versions in the replies: ${grouped(box.mismatch_count ?? 0)} stand for two values; they contradict the checkers ${grouped(disagreements)} times.`
      : 'Replies carried no versions, so there is no second opinion.',
  );
}

export function cost(run: Run): HTMLElement {
  const c = run.head.results?.measures?.harness;
  const t = run.head.results?.measures?.timing;
  return section(
    'cost',
    'What the harness itself cost',
    c ? costFacts(c) : h('p', {}, 'Not measured.'),
    h('p', { class: 'muted' }, 'Only the harness: nodes are processes of their own.'),
    t ? facts([['first acknowledged write', seconds(t['first-acknowledged-write-s'])], ['whole run', seconds(t['total-s'])]]) : null,
  );
}

const seconds = (s: number | undefined) => (s === undefined || s < 0 ? 'not measured' : duration(s * 1e9));

function costFacts(c: HarnessCost): HTMLElement {
  const delay = c['loop-delay'];
  const late = (us = 0) => duration(us * 1000);
  const net = c.network;
  return facts([
    ['CPU during the load', `${percent(c['cpu-share'])} of one processor (${digits(c['cpu-s'])} s in ${digits(c['load-s'])} s; the machine has ${c.processors})`],
    ['its event loop came late by, which it can add to a latency', delay?.samples ? `p50 ${late(delay['p50-us'])}, p99 ${late(delay['p99-us'])}, worst ${late(delay['max-us'])} (${grouped(delay.samples)} samples)` : 'not measured'],
    ['the network of the run adds to a round trip, without faults', net ? `${late(net['added-us'])} (median ${late(net['through-us'])} through it, ${late(net['past-us'])} past it, ${grouped(net.samples)} requests each)` : 'not measured'],
    ['peak memory', bytes(c['peak-memory-bytes'])],
  ]);
}

export function configuration(run: Run): HTMLElement {
  const { environment = {}, ...test } = run.head.test;
  const command = typeof environment['command'] === 'string' ? environment['command'] : '';
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const rows = (of: Record<string, unknown>) => Object.entries(of).map(([name, value]) => [name, text(value)]);
  return section(
    'configuration',
    'Configuration',
    command ? h('h3', {}, 'The same again') : null,
    command ? commandBox(command) : null,
    h('h3', {}, 'What was run'),
    table(['option', 'value'], rows(test), { caption: 'Configuration' }),
    h('h3', {}, 'Where and with what'),
    table(['what', 'value'], rows({ folder: run.head.folder, ...without(environment, 'command') }), { caption: 'Environment' }),
  );
}

function without(of: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(of).filter(([key]) => key !== name));
}

function commandBox(command: string): HTMLElement {
  const copied = h('span', { role: 'status', class: 'muted' });
  const copy = () =>
    navigator.clipboard.writeText(command).then(
      () => (copied.textContent = 'copied'),
      () => (copied.textContent = 'this page may not copy: select the text'),
    );
  return h('div', { class: 'command' }, h('pre', { tabindex: 0 }, command), h('button', { type: 'button', onclick: copy }, 'Copy'), copied);
}
