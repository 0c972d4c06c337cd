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

/** What was promised comes first. That replicas differ where nothing repairs tells little: last. */
export function brokenProperties(run: Run): BrokenProperty[] {
  const properties = (run.head.results?.properties ?? []).filter(
    ({ standing }) => standing === 'broken',
  );
  const rank = (promised: boolean, property: string) =>
    (promised ? 0 : 2) + (!promised && property === 'converges' ? 1 : 0);
  return properties
    .map(({ property, promised, violation_count, violations = [] }) => ({
      property,
      promised,
      count: violation_count ?? violations.length,
      told: violations.map((violation, i) => ({
        id: `${property}-${i + 1}`,
        property,
        promised,
        number: i + 1,
        violation,
        svg:
          run.head.pictures.find((p) => p.property === property && p.number === i + 1)?.svg ?? '',
        places: violation.ops.map((op) => run.ops.placeOf(op)).filter((place) => place >= 0),
      })),
    }))
    .sort((a, b) => rank(a.promised, a.property) - rank(b.promised, b.property));
}
