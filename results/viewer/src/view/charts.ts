// What was measured over the run's time.
import type { Quantiles, Run, SideSeries } from '../data/run';
import { duration, grouped } from '../model/format';
import { chart, type Line } from './chart';
import { section, table } from './dom';

export function charts(run: Run): HTMLElement {
  return section(
    'measures',
    'Rates and latencies',
    quantileTable(run),
    rates(run),
    latencies(run),
    scatter(run),
  );
}

function starts(run: Run): number[] {
  const { bucket_ns, buckets } = run.head.series;
  return Array.from({ length: buckets }, (_, i) => (i * bucket_ns) / 1e9);
}

function quantileTable(run: Run): HTMLElement {
  const { reads, writes } = run.head.series;
  const row = (name: string, q: Quantiles) =>
    [name, grouped(q.count), ...[q.p50_ns, q.p90_ns, q.p99_ns, q.p999_ns, q.max_ns].map((ns) => (q.count ? duration(ns) : '–'))];
  return table(
    ['ok operations', 'number', 'p50', 'p90', 'p99', 'p99.9', 'slowest'],
    [row('reads', reads.whole_run), row('writes and others', writes.whole_run)],
    { caption: 'Latency quantiles of the whole run', numbers: [1, 2, 3, 4, 5, 6] },
  );
}

function rates(run: Run): HTMLElement {
  const { bucket_ns, reads, writes } = run.head.series;
  const perSecond = (...lists: number[][]) =>
    lists[0]!.map((_, i) => lists.reduce((sum, list) => sum + list[i]!, 0) * (1e9 / bucket_ns));
  const line = (label: string, colour: string, ...lists: number[][]): Line => ({
    label,
    colour,
    values: perSecond(...lists),
    show: (v) => `${grouped(Math.round(v))}/s`,
    steps: true,
  });
  return chart({
    title: 'Operations per second.',
    about: `Counted in steps of ${duration(bucket_ns)}; shaded while a fault was in force.`,
    x: starts(run),
    time: true,
    lines: [
      line('ok reads', 'read', reads.ok),
      line('ok writes', 'write', writes.ok),
      line('failed', 'fail', reads.fail, writes.fail),
      line('unknown', 'info', reads.info, writes.info),
    ],
    yText: (v) => grouped(Math.round(v)),
    faults: run.head.faults,
  });
}

function latencies(run: Run): HTMLElement {
  const ms = (list: (number | null)[]) => list.map((ns) => (ns === null ? null : ns / 1e6));
  const lines = (name: string, colour: string, side: SideSeries): Line[] => [
    { label: `${name} p50`, colour, values: ms(side.p50_ns), show },
    { label: `${name} p99`, colour, values: ms(side.p99_ns), show, dash: [6, 3] },
    { label: `${name} max`, colour, values: ms(side.max_ns), show, dash: [1, 3] },
  ];
  const show = (v: number) => duration(v * 1e6);
  return chart({
    title: 'Latency quantiles.',
    about: 'Of operations that ended with ok, by when they ended.',
    x: starts(run),
    time: true,
    log: true,
    lines: [...lines('read', 'read', run.head.series.reads), ...lines('write', 'write', run.head.series.writes)],
    yText: show,
    faults: run.head.faults,
  });
}

function scatter(run: Run): HTMLElement {
  const { ops } = run;
  const x = Array.from(ops.invoked_ns, (ns) => ns / 1e9);
  const show = (v: number) => duration(v * 1e6);
  const values = (asked: (op: number) => boolean) =>
    Array.from({ length: ops.count }, (_, op) =>
      ops.completes[op] && asked(op) ? Math.max(ops.end_ns[op]! - ops.invoked_ns[op]!, 1) / 1e6 : null,
    );
  const ok = (op: number, read: boolean) =>
    ops.outcomeOf(op) === 'ok' && (ops.functionOf(op) === 'read') === read;
  const line = (label: string, colour: string, asked: (op: number) => boolean): Line => ({
    label,
    colour,
    values: values(asked),
    show,
    points: true,
  });
  return chart({
    title: 'Latency of each operation.',
    about: 'By when it began. Drag over a chart to look closer, double-click for all.',
    x,
    time: true,
    log: true,
    lines: [
      line('ok reads', 'read', (op) => ok(op, true)),
      line('ok writes', 'write', (op) => ok(op, false)),
      line('failed', 'fail', (op) => ops.outcomeOf(op) === 'fail'),
      line('unknown', 'info', (op) => ops.outcomeOf(op) === 'info'),
    ],
    yText: show,
    faults: run.head.faults,
  });
}
