// Rows of a timeline: lanes in which nothing overlaps, grouped by process or by node.
import type { Operations } from '../data/run';

export interface Lane {
  label: string; // empty where it is as the lane above
  node: string; // that all its operations asked; empty: several
  ops: Uint32Array; // in order of invocation
}

export type Grouping = 'process' | 'node';

const kMostLanesOfANode = 12;

/** Intervals, in order of their beginning, into as few lanes as possible: each gets the lane that
 *  is free for the longest. With more than `most`, the last lane takes what fits nowhere. */
export function packed(
  count: number,
  from: (i: number) => number,
  to: (i: number) => number,
  most = Infinity,
): number[][] {
  const lanes: number[][] = [];
  const ends: number[] = [];
  for (let i = 0; i < count; ++i) {
    let lane = -1;
    for (let j = 0; j < ends.length; ++j) {
      if (ends[j]! <= from(i) && (lane < 0 || ends[j]! < ends[lane]!)) lane = j;
    }
    if (lane < 0) lane = Math.min(lanes.length, most - 1);
    (lanes[lane] ??= []).push(i);
    ends[lane] = Math.max(ends[lane] ?? 0, to(i));
  }
  return lanes;
}

function byProcess(ops: Operations, shown: Uint32Array): Lane[] {
  const of = new Map<number, number[]>();
  for (const op of shown) {
    const list = of.get(ops.process[op]!);
    if (list) list.push(op);
    else of.set(ops.process[op]!, [op]);
  }
  // A client whose operation never ended goes on under a new process: it fits into the same lane.
  const processes = [...of.keys()].sort(
    (a, b) => ops.invoked_ns[of.get(a)![0]!]! - ops.invoked_ns[of.get(b)![0]!]!,
  );
  const lanes = packed(
    processes.length,
    (i) => ops.invoked_ns[of.get(processes[i]!)![0]!]!,
    (i) => ops.end_ns[of.get(processes[i]!)!.at(-1)!]!,
  );
  return lanes
    .map((lane) => {
      const members = lane.map((i) => processes[i]!);
      const all = members.flatMap((process) => of.get(process)!);
      const rest = members.length > 1 ? ` +${members.length - 1}` : '';
      return {
        first: members[0]!,
        lane: { label: `p${members[0]}${rest}`, node: nodeOf(ops, all), ops: Uint32Array.from(all) },
      };
    })
    .sort((a, b) => a.first - b.first)
    .map(({ lane }) => lane);
}

function byNode(ops: Operations, shown: Uint32Array): Lane[] {
  const of = new Map<string, number[]>();
  for (const op of shown) {
    const node = ops.text(ops.node[op]!);
    const list = of.get(node);
    if (list) list.push(op);
    else of.set(node, [op]);
  }
  const natural = new Intl.Collator('en', { numeric: true }).compare;
  return [...of.keys()].sort(natural).flatMap((node) => {
    const all = of.get(node)!;
    const lanes = packed(
      all.length,
      (i) => ops.invoked_ns[all[i]!]!,
      (i) => ops.end_ns[all[i]!]!,
      kMostLanesOfANode,
    );
    return lanes.map((lane, place) => ({
      label: place === 0 ? node || 'no node' : '',
      node,
      ops: Uint32Array.from(lane.map((i) => all[i]!)),
    }));
  });
}

function nodeOf(ops: Operations, list: number[]): string {
  const first = ops.node[list[0]!]!;
  return list.every((op) => ops.node[op] === first) ? ops.text(first) : '';
}

export function lanesOf(ops: Operations, shown: Uint32Array, grouping: Grouping): Lane[] {
  return grouping === 'process' ? byProcess(ops, shown) : byNode(ops, shown);
}

/** The first place in the lane whose operation ends at or after `time`. */
export function firstAt(ops: Operations, lane: Lane, time: number): number {
  let low = 0;
  let high = lane.ops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ops.end_ns[lane.ops[middle]!]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
