import { describe, expect, it } from 'vitest';
import { agreement } from '../src/model/agreement';
import { choices, kEverything, matching } from '../src/model/filter';
import { bytes, duration, grouped, moment, percent, plain } from '../src/model/format';
import { firstAt, lanesOf, packed } from '../src/model/lanes';
import { brokenProperties, standingOf } from '../src/model/violations';
import { around, clamped, moved, ticks, zoomed } from '../src/model/window';
import { aRun } from './a_run';

const spaces = (text: string) => text.replaceAll('\u202f', ' ');

describe('the window', () => {
  it('keeps what is under the pointer where it is', () => {
    expect(zoomed({ from: 0, to: 100e6 }, 25e6, 0.5, 100e6)).toEqual({ from: 12.5e6, to: 62.5e6 });
  });
  it('never leaves the run, and never becomes longer than it', () => {
    expect(zoomed({ from: 0, to: 50e6 }, 10e6, 1000, 100e6)).toEqual({ from: 0, to: 100e6 });
    expect(moved({ from: 10e6, to: 20e6 }, -50e6, 100e6)).toEqual({ from: 0, to: 10e6 });
    expect(moved({ from: 80e6, to: 90e6 }, 50e6, 100e6)).toEqual({ from: 90e6, to: 100e6 });
  });
  it('stops at a microsecond', () => {
    const { from, to } = zoomed({ from: 5000, to: 6000 }, 5500, 1e-6, 1e9);
    expect(to - from).toBe(1000);
  });
  it('stands an empty run', () => {
    expect(clamped({ from: 0, to: 0 }, 0)).toEqual({ from: 0, to: 1000 });
  });
  it('around operations shows what is beside them', () => {
    expect(around(40e6, 44e6, 100e6)).toEqual({ from: 39e6, to: 45e6 });
  });
  it('has round ticks', () => {
    expect(ticks({ from: 0, to: 10e9 }, 5)).toEqual({ step: 2e9, at: [0, 2e9, 4e9, 6e9, 8e9, 10e9] });
    expect(ticks({ from: 1.5, to: 9 }, 8).at).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('the filter', () => {
  const { ops } = aRun();
  const found = (filter: Partial<typeof kEverything>) => [...matching(ops, { ...kEverything, ...filter })];
  it('lets everything through', () => expect(found({})).toEqual([0, 1, 2, 3, 4]));
  it('by key', () => expect(found({ key: '"k2"' })).toEqual([3, 4]));
  it('by a key that is not there', () => expect(found({ key: '"k9"' })).toEqual([]));
  it('by process', () => expect(found({ process: '0' })).toEqual([0, 2]));
  it('by node', () => expect(found({ node: 'n2' })).toEqual([1]));
  it('by type', () => expect(found({ kind: 'read' })).toEqual([2, 4]));
  it('by outcome', () => expect(found({ outcome: 'info' })).toEqual([3]));
  it('by a part of the value', () => expect(found({ value: 'OL' })).toEqual([0, 2]));
  it('by several at once', () => expect(found({ key: '"k1"', kind: 'write' })).toEqual([0, 1]));
  it('offers what is there', () => {
    expect(choices(ops)).toEqual({
      keys: ['"k1"', '"k2"'],
      processes: ['0', '1', '2', '3'],
      nodes: ['n1', 'n2', 'n3'],
      kinds: ['read', 'write'],
      outcomes: ['ok', 'fail', 'info'],
    });
  });
});

describe('lanes', () => {
  const pack = (spans: [number, number][], most?: number) =>
    packed(spans.length, (i) => spans[i]![0], (i) => spans[i]![1], most);
  it('hold nothing that overlaps, and are as few as can be', () => {
    expect(pack([[0, 5], [1, 2], [2, 3], [4, 9], [5, 6]])).toEqual([[0, 4], [1, 2, 3]]);
  });
  it('are no more than allowed', () => {
    expect(pack([[0, 9], [1, 9], [2, 9], [3, 9]], 2)).toEqual([[0], [1, 2, 3]]);
  });
  it('of processes: one that never came back does not give its lane away', () => {
    const { ops } = aRun();
    const lanes = lanesOf(ops, matching(ops, kEverything), 'process');
    expect(lanes.map(({ label, ops: list }) => [label, [...list]])).toEqual([
      ['p0 +1', [0, 2, 4]],
      ['p1 +1', [1, 3]],
    ]);
    expect(lanes.map(({ node }) => node)).toEqual(['', '']); // several
  });
  it('of nodes', () => {
    const { ops } = aRun();
    const lanes = lanesOf(ops, matching(ops, kEverything), 'node');
    expect(lanes.map(({ label, node, ops: list }) => [label, node, [...list]])).toEqual([
      ['n1', 'n1', [0, 2]],
      ['n2', 'n2', [1]],
      ['n3', 'n3', [3]],
      ['', 'n3', [4]],
    ]);
  });
  it('are searched by time', () => {
    const { ops } = aRun();
    const [lane] = lanesOf(ops, matching(ops, kEverything), 'process');
    expect([0, 2e6, 3e6, 8e6, 9e6, 12e6].map((time) => firstAt(ops, lane!, time))).toEqual([0, 0, 1, 1, 2, 3]);
  });
});

describe('violations', () => {
  const broken = brokenProperties(aRun());
  it('of what was promised come first, and divergence that nobody promised last', () => {
    expect(broken.map(({ property }) => property)).toEqual(['latest', 'linearizable', 'converges']);
  });
  it('inside the store come before all others', () => {
    const run = aRun();
    run.head.results!.inside = [{ property: '', anomaly: 'replica regress', key: '"k1"', ops: [], lines: ['n2 went back'] }];
    const [first] = brokenProperties(run);
    expect(first!.told.map(({ id, violation }) => [id, violation.anomaly])).toEqual([['inside-1', 'replica regress']]);
    expect(standingOf(first!)).toBe('the store itself is broken, whatever its clients saw');
    expect(broken.map(standingOf)).toEqual(['promised, and broken', 'not promised: flagged', 'not promised: flagged']);
  });
  it('know their picture and their operations', () => {
    const [first, second] = broken[0]!.told;
    expect(first).toMatchObject({ id: 'latest-1', svg: '<svg/>', places: [0, 1, 2] });
    expect(second).toMatchObject({ id: 'latest-2', svg: '', places: [0] });
  });
});

describe('agreement', () => {
  it('is read from its marks, and from nothing else', () => {
    const mark = (f: string, value: unknown) => ({ index: 0, time_ns: 5, process: 'harness', type: 'info', f, value });
    expect(
      agreement([mark('phase', 'load'), mark('replicas-apart', { keys: 2, records: 3 }), mark('replicas-apart', null), mark('other', { keys: 1, records: 1 })]),
    ).toEqual([{ time_ns: 5, keys: 2, records: 3 }]);
  });
});

describe('texts', () => {
  it('of durations', () => {
    expect([1.25e9, 12.34e6, 1.5e6, 950e3, 1500, 7].map(duration).map(spaces)).toEqual(['1.25 s', '12.3 ms', '1.5 ms', '950 µs', '1.5 µs', '7 ns']);
  });
  it('of moments are as exact as the ticks', () => {
    expect([moment(7.5e9, 5e8), moment(7_242_000_000, 2e6), moment(1500, 100)].map(spaces)).toEqual(['7.5 s', '7 242 ms', '1.5 µs']);
  });
  it('of numbers', () => {
    expect([grouped(1234567), grouped(999), percent(0.02749), percent(0.0004), bytes(41_545_728)].map(spaces)).toEqual([
      '1 234 567', '999', '2.7 %', '0.040 %', '39.6 MiB',
    ]);
  });
  it('of values, without the quotes of a string', () => {
    expect([plain('"a\\"b"'), plain('[1,2]'), plain('"broken'), plain('')]).toEqual(['a"b', '[1,2]', '"broken', '']);
  });
});
