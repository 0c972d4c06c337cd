// How stale reads were, what PBS predicts, and how far replicas were apart.
import type uPlot from 'uplot';
import type { Run, Share, Staleness } from '../data/run';
import { agreement } from '../model/agreement';
import { digits, duration, grouped, percent } from '../model/format';
import { chart } from './chart';
import { colour, facts, h, more, section, table } from './dom';

export function staleness(run: Run): HTMLElement {
  const measured = run.head.results?.measures?.staleness;
  return section('staleness', 'Staleness and agreement', ...(measured ? told(run, measured) : [h('p', {}, 'Staleness: not measured.')]), apart(run));
}

function told(run: Run, s: Staleness): (HTMLElement | null)[] {
  const prediction = s.prediction;
  return [
    facts([
      ['stale reads', `${grouped(s.stale_reads ?? 0)} of ${grouped(s.reads ?? 0)} (${percent(s.stale_share ?? 0)})`],
      ['most versions behind', `k ≤ ${s.k_max ?? 1}`],
      ['oldest', s.t_ms_max ? duration(s.t_ms_max * 1e6) : 'none was old'],
      [
        'prediction (PBS)',
        prediction?.made ? `n=${prediction.n} r=${prediction.r} w=${prediction.w}; from ${prediction.delays}` : `not made: ${prediction?.reason ?? 'not measured'}`,
      ],
    ]),
    s.lines?.length ? more('Why the worst is as stale as that', h('pre', {}, s.lines.join('\n'))) : null,
    overTime(run, s),
    freshness(s),
  ];
}

function overTime(run: Run, s: Staleness): HTMLElement {
  const over = s.over_time;
  if (!over || over.reads.length === 0) return h('p', {}, 'Staleness over the run’s time: not measured.');
  return chart({
    title: 'Stale reads over the run.',
    about: `Their share of the reads, in steps of ${duration(over.step_ms * 1e6)}.`,
    x: over.reads.map((_, i) => (i * over.step_ms) / 1000),
    time: true,
    lines: [
      {
        label: 'stale',
        colour: 'info',
        values: over.reads.map((reads, i) => (reads ? over.stale_reads[i]! / reads : null)),
        show: percent,
        steps: true,
      },
    ],
    yText: percent,
    faults: run.head.faults,
  });
}

function freshness(s: Staleness): HTMLElement | null {
  const buckets = (s.fresh_by_time ?? []).filter(({ reads }) => reads > 0);
  if (buckets.length === 0) return h('p', {}, 'Freshness by the time since the write: no read began soon enough after a write.');
  const name = (i: number) => (buckets[i] ? `${digits(buckets[i].from_ms)} ms` : '');
  const show = (v: number) => percent(v);
  const low = Math.min(...buckets.map((b) => Math.min(b.measured_low, b.predicted ?? 1)));
  const figure = chart({
    title: 'How likely a read is fresh.',
    about: 'By the time since the newest write ended; measured with its 95 % interval, beside what PBS predicts.',
    x: buckets.map((_, i) => i),
    xText: name,
    xSplits: buckets.map((_, i) => i),
    lines: [
      { label: 'measured', colour: 'read', values: buckets.map(({ measured }) => measured), show },
      { label: 'predicted', colour: 'fault', values: buckets.map(({ predicted }) => predicted ?? null), show, dash: [6, 3] },
    ],
    yText: show,
    range: [Math.max(0, low - 0.02), 1.005],
    draw: (u) => intervals(u, buckets),
  });
  return h('div', {}, figure, more('The same as a table', freshnessTable(buckets)));
}

function intervals(u: uPlot, buckets: Share[]): void {
  u.ctx.save();
  u.ctx.strokeStyle = colour('read');
  u.ctx.lineWidth = 2 * devicePixelRatio;
  u.ctx.setLineDash([]);
  buckets.forEach(({ measured_low, measured_high }, i) => {
    const at = u.valToPos(i, 'x', true);
    u.ctx.beginPath();
    u.ctx.moveTo(at, u.valToPos(measured_low, 'y', true));
    u.ctx.lineTo(at, u.valToPos(measured_high, 'y', true));
    u.ctx.stroke();
  });
  u.ctx.restore();
}

function freshnessTable(buckets: NonNullable<Staleness['fresh_by_time']>): HTMLElement {
  return table(
    ['since the write', 'reads', 'fresh', '95 % interval', 'predicted', 'the prediction is'],
    buckets.map((b) => [
      `${digits(b.from_ms)} – ${b.to_ms === null ? '∞' : digits(b.to_ms)} ms`,
      grouped(b.reads),
      percent(b.measured),
      `${percent(b.measured_low)} – ${percent(b.measured_high)}`,
      b.predicted === undefined ? 'not predicted' : percent(b.predicted),
      b.decision ?? '–',
    ]),
    { caption: 'Freshness by the time since the write', numbers: [0, 1, 2, 3, 4] },
  );
}

function apart(run: Run): HTMLElement {
  const moments = agreement(run.head.marks);
  if (moments.length === 0) {
    return h('p', {}, 'Agreement of replicas over time: not measured (replicas are compared between two faults).');
  }
  const list = table(
    ['at', 'keys not alike', 'records that differ'],
    moments.map(({ time_ns, keys, records }) => [duration(time_ns), grouped(keys), grouped(records)]),
    { caption: 'Replicas apart', numbers: [0, 1, 2] },
  );
  const figure = chart({
    title: 'Replicas apart.',
    about: 'Records that differ from what most replicas of their key hold, whenever all faults had just been healed.',
    // From the run's beginning to its end, so that faults stand where they were.
    x: [0, ...moments.map(({ time_ns }) => time_ns / 1e9), run.head.end_ns / 1e9],
    time: true,
    lines: [
      { label: 'records', colour: 'info', values: [null, ...moments.map(({ records }) => records), null], show: grouped, points: true },
      { label: 'keys', colour: 'read', values: [null, ...moments.map(({ keys }) => keys), null], show: grouped, points: true },
    ],
    yText: (v) => digits(v),
    faults: run.head.faults,
    draw: (u) => stems(u, moments.map(({ time_ns }) => time_ns / 1e9), moments.map(({ records }) => records)),
  });
  return h('div', {}, figure, more('The same as a table', list));
}

function stems(u: uPlot, xs: number[], ys: number[]): void {
  u.ctx.save();
  u.ctx.strokeStyle = colour('info');
  u.ctx.lineWidth = 3 * devicePixelRatio;
  u.ctx.setLineDash([]);
  xs.forEach((at, i) => {
    const place = u.valToPos(at, 'x', true);
    u.ctx.beginPath();
    u.ctx.moveTo(place, u.valToPos(0, 'y', true));
    u.ctx.lineTo(place, u.valToPos(ys[i]!, 'y', true));
    u.ctx.stroke();
  });
  u.ctx.restore();
}
