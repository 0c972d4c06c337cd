// The combinations of a campaign on two of its axes.
import type { CombinationSum, Counts } from '../data/campaign';

export interface Cell extends Counts {
  flagged: number; // runs in which something broke that was not promised: the most frequent property
  combinations: number[];
}

export interface Matrix {
  rows: string[];
  columns: string[];
  cells: (Cell | null)[][]; // null: no such combination
}

export const kNoAxis = '';

export function textOf(value: unknown): string {
  if (value === undefined) return '–'; // a combination of its own, without this axis
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Axes with more than one value, those with the most first. */
export function axesOf(combinations: CombinationSum[]): string[] {
  const values = new Map<string, Set<string>>();
  for (const { axes } of combinations) {
    for (const [name, value] of Object.entries(axes)) {
      if (!values.has(name)) values.set(name, new Set());
      values.get(name)!.add(textOf(value));
    }
  }
  return [...values].filter(([, of]) => of.size > 1).sort((a, b) => b[1].size - a[1].size).map(([name]) => name);
}

function emptyCell(): Cell {
  return { passed: 0, failed: 0, unknown: 0, errors: 0, flagged: 0, combinations: [] };
}

export function matrixOf(combinations: CombinationSum[], row: string, column: string): Matrix {
  const at = (axes: Record<string, unknown>, axis: string) => (axis === kNoAxis ? 'all' : textOf(axes[axis]));
  const rows = [...new Set(combinations.map(({ axes }) => at(axes, row)))];
  const columns = [...new Set(combinations.map(({ axes }) => at(axes, column)))];
  const cells: (Cell | null)[][] = rows.map(() => columns.map(() => null));
  combinations.forEach(({ axes, runs, flagged }, number) => {
    const line = cells[rows.indexOf(at(axes, row))]!;
    const place = columns.indexOf(at(axes, column));
    const cell = (line[place] ??= emptyCell());
    cell.passed += runs.passed;
    cell.failed += runs.failed;
    cell.unknown += runs.unknown;
    cell.errors += runs.errors;
    cell.flagged += Math.max(0, ...Object.values(flagged));
    cell.combinations.push(number);
  });
  return { rows, columns, cells };
}

export const allOf = ({ passed, failed, unknown, errors }: Counts) => passed + failed + unknown + errors;

/** How a cell stands: worst first. */
export function standing(cell: Counts): string {
  if (cell.errors > 0) return 'harness-error';
  if (cell.failed > 0) return 'violation';
  if (cell.unknown > 0) return 'unknown';
  return allOf(cell) > 0 ? 'pass' : 'none';
}
