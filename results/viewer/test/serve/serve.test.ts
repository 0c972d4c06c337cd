import { describe, expect, it } from 'vitest';
import { encoded, reportOf, type Campaign, type LedgerRecord } from '../../src/serve/api';
import { counting } from '../../src/serve/live';
import { addressOf, routeOf } from '../../src/serve/route';
import { all, cell, configurationOf, measure, since } from '../../src/serve/words';

describe('an address', () => {
  it('names the page and what is asked of it', () => {
    expect(addressOf('runs', { filter: '', page: 0 })).toBe('#/runs');
    expect(addressOf('runs', { filter: 'r=2 a&b', page: 3 })).toBe('#/runs?filter=r%3D2+a%26b&page=3');
    const { page, parameters } = routeOf('#/runs?filter=r%3D2+a%26b&page=3');
    expect(page).toBe('runs');
    expect(Object.fromEntries(parameters)).toEqual({ filter: 'r=2 a&b', page: '3' });
  });
  it('is the list where nothing is named', () => {
    for (const hash of ['', '#', '#/']) expect(routeOf(hash).page).toBe('runs');
    expect(routeOf('#/compare?a=x?y').parameters.get('a')).toBe('x?y');
  });
  it('escapes paths but for their slashes', () => {
    expect(encoded('a b/c#d/?')).toBe('a%20b/c%23d/%3F');
    expect(reportOf('runs/x')).toBe('/report/runs/x/report.html');
    expect(reportOf('')).toBe('/report/report.html');
  });
});

describe('words', () => {
  it('tell a configuration at a glance', () => {
    const nemesis = ['kill', 'partition'];
    expect(configurationOf({ n: 5, r: 2, w: 2, workload: 'register', 'read-mode': 'none', nemesis })).toBe(
      'n=5 r=2 w=2, register, none, kill + partition',
    );
    expect(configurationOf({})).toBe('no faults');
  });
  it('tell how long ago', () => {
    expect(since(0, 59_000)).toBe('59 s ago');
    expect(since(0, 61_000)).toBe('1 min ago');
    expect(since(0, 7_200_000)).toBe('2 h ago');
    expect(since(0, 1e12)).toBe('1970-01-01');
    expect(since(5000, 0)).toBe('0 s ago'); // clocks differ
  });
  it('tell whatever JSON holds', () => {
    expect([null, [], ['a', 1], { a: 1 }, false, 12_345].map(cell)).toEqual(['–', 'none', 'a, 1', '{"a":1}', 'false', '12345']);
    expect([12_345, 0.026938775, null].map(measure)).toEqual(['12\u202f345', '0.02694', '–']);
  });
});

describe('a campaign', () => {
  const runs = { passed: 1, failed: 2, unknown: 3, errors: 4 };
  const campaign = { records: 10, sum: { runs } } as Campaign;
  const after = (kind: string, code: number) => counting(campaign, { kind, 'exit-code': code } as LedgerRecord);
  it('counts a planned run by its exit code, as the server does', () => {
    expect(all(runs)).toBe(10);
    expect(after('planned', 0).sum.runs.passed).toBe(2);
    expect(after('planned', 1).sum.runs.failed).toBe(3);
    expect(after('planned', 2).sum.runs.unknown).toBe(4);
    expect(after('planned', 255).sum.runs.errors).toBe(5);
    expect(campaign.sum.runs).toEqual({ passed: 1, failed: 2, unknown: 3, errors: 4 });
  });
  it('counts no repeat and no canary', () => {
    expect(after('repeat', 1).sum.runs).toEqual(runs);
    expect(after('canary', 1).records).toBe(11);
  });
});
