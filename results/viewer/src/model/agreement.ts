// How far replicas were apart, at the moments when somebody looked.
import type { Mark } from '../data/run';

export interface Moment {
  time_ns: number;
  keys: number;
  records: number;
}

export function agreement(marks: Mark[]): Moment[] {
  const moments: Moment[] = [];
  for (const { f, time_ns, value } of marks) {
    if (f !== 'replicas-apart' || typeof value !== 'object' || value === null) continue;
    const { keys, records } = value as { keys?: unknown; records?: unknown };
    if (typeof keys === 'number' && typeof records === 'number') moments.push({ time_ns, keys, records });
  }
  return moments;
}
