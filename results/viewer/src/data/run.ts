// A run as the views know it. Everything that another version might leave out is optional.
import type { Packed } from './packed';

export type Outcome = 'ok' | 'fail' | 'info';

export interface Violation {
  property: string;
  anomaly: string;
  key: string;
  ops: number[]; // numbers of operations in the whole history
  lines: string[];
}

export interface PropertyVerdict {
  property: string;
  promised: boolean;
  standing: 'held' | 'broken' | 'undecided' | 'not checked';
  violation_count?: number;
  violations?: Violation[];
  measures?: Record<string, unknown>;
  reason?: string;
}

export interface Share {
  reads: number;
  measured: number;
  measured_low: number;
  measured_high: number;
  predicted?: number;
  decision?: string;
}

export interface Staleness {
  reads?: number;
  stale_reads?: number;
  stale_share?: number;
  k_max?: number;
  t_ms_max?: number;
  fresh_by_time?: (Share & { from_ms: number; to_ms: number | null })[];
  over_time?: { step_ms: number; reads: number[]; stale_reads: number[]; t_ms_max: number[] };
  prediction?: { made: boolean; reason?: string; delays?: string; n?: number; r?: number; w?: number };
  lines?: string[];
}

export interface HarnessCost {
  'load-s': number;
  'cpu-s': number;
  'cpu-share': number; // of one processor
  processors: number;
  'peak-memory-bytes': number;
  'loop-delay'?: { samples: number; 'p50-us'?: number; 'p99-us'?: number; 'max-us'?: number };
  network?: { samples: number; 'through-us': number; 'past-us': number; 'added-us': number }; // medians
}

export interface Results {
  outcome: string;
  sentence: string;
  properties?: PropertyVerdict[];
  inside?: Violation[];
  measures?: {
    staleness?: Staleness;
    exercised?: Record<string, unknown>;
    harness?: HarnessCost | null;
    timing?: Record<string, number>;
    'white-box'?: { has_versions?: boolean; mismatch_count?: number; disagreements?: unknown[] };
  };
  'exit-code'?: number;
}

export interface Quantiles {
  count: number;
  p50_ns: number;
  p90_ns: number;
  p99_ns: number;
  p999_ns: number;
  max_ns: number;
}

export interface SideSeries {
  ok: number[];
  fail: number[];
  info: number[];
  p50_ns: (number | null)[];
  p99_ns: (number | null)[];
  max_ns: (number | null)[];
  whole_run: Quantiles;
}

export interface Fault {
  fault: string;
  from_ns: number;
  to_ns: number;
  nodes: string[];
  did: unknown;
}

export interface Mark {
  index: number;
  time_ns: number;
  process: string;
  type: string;
  f: string;
  value: unknown;
}

export interface RunHead {
  kind: 'run';
  name: string;
  folder: string;
  notices: string[];
  test: Record<string, unknown> & { environment?: Record<string, unknown> };
  results: Results | null;
  pictures: { property: string; number: number; svg: string }[];
  end_ns: number;
  faults: Fault[];
  marks: Mark[];
  series: { bucket_ns: number; buckets: number; reads: SideSeries; writes: SideSeries };
  operations: { all: number; shown: number; step: number };
  functions: string[];
  outcomes: Outcome[];
}

/** The operations that are shown, as columns; an operation is its place in them. */
export class Operations {
  readonly count: number;
  readonly number: Float64Array; // in the whole history
  readonly invoked_ns: Float64Array;
  readonly end_ns: Float64Array; // of an operation that never completed, the run's end
  readonly process: Float64Array;
  readonly kind: Uint8Array; // place in functions
  readonly outcome: Uint8Array; // place in outcomes
  readonly key: Float64Array; // places in texts
  readonly value: Float64Array;
  readonly node: Float64Array;
  readonly version: Float64Array;
  readonly error: Float64Array;
  readonly replicas: Float64Array;
  readonly completes: Uint8Array;
  readonly final: Uint8Array;

  constructor(
    packed: Packed,
    runEnd_ns: number,
    readonly functions: string[],
    readonly outcomes: Outcome[],
    readonly texts: string[] = packed.texts,
  ) {
    const column = (name: string): Float64Array => {
      const found = packed.columns.get(name);
      if (!found) throw new Error(`the column ${name} is missing`);
      return found;
    };
    this.number = column('number');
    this.count = this.number.length;
    this.invoked_ns = column('invoked_ns');
    this.process = column('process');
    this.key = column('key');
    this.value = column('value');
    this.node = column('node');
    this.version = column('version');
    this.error = column('error');
    this.replicas = column('replicas');
    const duration = column('duration_ns');
    const flags = column('flags');
    this.end_ns = new Float64Array(this.count);
    this.kind = new Uint8Array(this.count);
    this.outcome = new Uint8Array(this.count);
    this.completes = new Uint8Array(this.count);
    this.final = new Uint8Array(this.count);
    for (let i = 0; i < this.count; ++i) {
      const took = duration[i]!;
      this.completes[i] = took >= 0 ? 1 : 0;
      this.end_ns[i] = took >= 0 ? this.invoked_ns[i]! + took : runEnd_ns;
      this.kind[i] = flags[i]! & 15;
      this.outcome[i] = (flags[i]! >> 4) & 3;
      this.final[i] = (flags[i]! >> 6) & 1;
    }
  }

  text(symbol: number): string {
    return this.texts[symbol] ?? '';
  }
  functionOf(op: number): string {
    return this.functions[this.kind[op]!] ?? '?';
  }
  outcomeOf(op: number): Outcome {
    return this.outcomes[this.outcome[op]!] ?? 'info';
  }

  /** Where the operation of this number stands, -1 if it is not shown. */
  placeOf(number: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.number[middle]! < number) low = middle + 1;
      else high = middle;
    }
    return low < this.count && this.number[low] === number ? low : -1;
  }
}

export interface Run {
  head: RunHead;
  ops: Operations;
}

export function runOf(packed: Packed): Run {
  const head = packed.head as unknown as RunHead;
  return { head, ops: new Operations(packed, head.end_ns, head.functions, head.outcomes) };
}
