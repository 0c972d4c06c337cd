import { describe, expect, it } from 'vitest';
import { outcomeOf, type CombinationSum } from '../src/data/campaign';
import { axesOf, kNoAxis, matrixOf, standing } from '../src/model/matrix';

const none = { passed: 0, failed: 0, unknown: 0, errors: 0 };
const sum = (axes: Record<string, unknown>, runs: Partial<typeof none>, flagged = {}): CombinationSum => ({
  text: '', axes, runs: { ...none, ...runs }, repeats: none, flagged, operations: 0,
});
const combinations = [
  sum({ r: 1, nemesis: 'none' }, { passed: 3 }),
  sum({ r: 1, nemesis: 'kill' }, { passed: 1, failed: 2 }, { latest: 1, linearizable: 3 }),
  sum({ r: 2, nemesis: 'kill' }, { passed: 2, unknown: 1 }),
  sum({ workload: 'set' }, { errors: 1 }),
];

describe('the matrix of a campaign', () => {
  it('offers the axes that have more than one value', () => {
    expect(axesOf(combinations)).toEqual(['r', 'nemesis']);
    expect(axesOf([])).toEqual([]);
  });
  it('sums what lies in one cell, and leaves out what is no combination', () => {
    const { rows, columns, cells } = matrixOf(combinations, 'r', 'nemesis');
    expect(rows).toEqual(['1', '2', '–']);
    expect(columns).toEqual(['none', 'kill', '–']);
    expect(cells[0]![1]).toEqual({ passed: 1, failed: 2, unknown: 0, errors: 0, flagged: 3, combinations: [1] });
    expect(cells[1]![0]).toBeNull();
    expect(cells[2]![2]!.combinations).toEqual([3]);
  });
  it('takes all together where no axis is chosen', () => {
    const { cells } = matrixOf(combinations, kNoAxis, kNoAxis);
    expect(cells).toHaveLength(1);
    expect(cells[0]![0]).toMatchObject({ passed: 6, failed: 2, unknown: 1, errors: 1 });
  });
  it('shows the worst of a cell', () => {
    expect(standing({ ...none, passed: 5, failed: 1, unknown: 2 })).toBe('violation');
    expect(standing({ ...none, passed: 5, unknown: 2 })).toBe('unknown');
    expect(standing({ ...none, failed: 5, errors: 1 })).toBe('harness-error');
    expect(standing({ ...none, passed: 1 })).toBe('pass');
    expect(standing(none)).toBe('none');
  });
  it('has the words of exit codes', () => {
    expect([0, 1, 2, 255].map(outcomeOf)).toEqual(['pass', 'violation', 'unknown', 'harness-error']);
  });
});
