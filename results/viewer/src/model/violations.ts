// The violations of a run, in the order in which they matter.
import type { Run, Violation } from '../data/run';

export interface ShownViolation {
  id: string; // "latest-1": also the name of its picture
  property: string;
  promised: boolean;
  number: number;
  violation: Violation;
  svg: string; // empty: no picture
  places: number[]; // of its operations among those that are shown
}

export interface BrokenProperty {
  property: string;
  promised: boolean;
  count: number; // that were found, also those not told
  told: ShownViolation[];
}

const kInside = 'inside';

/** What is wrong in the store itself, whatever its clients saw, and what was promised come first. That replicas differ where nothing repairs tells little: last. */
export function brokenProperties(run: Run): BrokenProperty[] {
  const properties = (run.head.results?.properties ?? []).filter(
    ({ standing }) => standing === 'broken',
  );
  const rank = (promised: boolean, property: string) =>
    (promised ? 0 : 2) + (!promised && property === 'converges' ? 1 : 0);
  const shown = (property: string, promised: boolean, violations: Violation[], count?: number): BrokenProperty => ({
    property,
    promised,
    count: count ?? violations.length,
    told: violations.map((violation, i) => ({
      id: `${property}-${i + 1}`,
      property,
      promised,
      number: i + 1,
      violation,
      svg: run.head.pictures.find((p) => p.property === property && p.number === i + 1)?.svg ?? '',
      places: violation.ops.map((op) => run.ops.placeOf(op)).filter((place) => place >= 0),
    })),
  });
  const inside = run.head.results?.inside ?? [];
  return [
    ...(inside.length > 0 ? [shown(kInside, true, inside)] : []),
    ...properties
      .map(({ property, promised, violation_count, violations = [] }) =>
        shown(property, promised, violations, violation_count),
      )
      .sort((a, b) => rank(a.promised, a.property) - rank(b.promised, b.property)),
  ];
}

/** What the heading of its violations says of it. */
export function standingOf({ property, promised }: BrokenProperty): string {
  if (property === kInside) return 'the store itself is broken, whatever its clients saw';
  return promised ? 'promised, and broken' : 'not promised: flagged';
}
