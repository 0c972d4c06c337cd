// Which operations are asked for.
import type { Operations } from '../data/run';
import { plain } from './format';

/** Empty: any. */
export interface Filter {
  key: string; // the JSON text
  process: string; // its number
  node: string;
  kind: string; // "read", "write", …
  outcome: string;
  value: string; // a part of it
}

export const kEverything: Filter = {
  key: '',
  process: '',
  node: '',
  kind: '',
  outcome: '',
  value: '',
};

/** Their places, in order of invocation. */
export function matching(ops: Operations, filter: Filter): Uint32Array {
  const key = symbolOf(ops, filter.key);
  const node = symbolOf(ops, filter.node);
  const kind = filter.kind === '' ? -1 : ops.functions.indexOf(filter.kind);
  const outcome = filter.outcome === '' ? -1 : ops.outcomes.findIndex((o) => o === filter.outcome);
  const process = filter.process === '' ? -1 : Number(filter.process);
  const wanted = filter.value.toLowerCase();
  const found = new Uint32Array(ops.count);
  let count = 0;
  for (let i = 0; i < ops.count; ++i) {
    if (key >= 0 && ops.key[i] !== key) continue;
    if (node >= 0 && ops.node[i] !== node) continue;
    if (kind >= 0 && ops.kind[i] !== kind) continue;
    if (outcome >= 0 && ops.outcome[i] !== outcome) continue;
    if (process >= 0 && ops.process[i] !== process) continue;
    if (wanted !== '' && !plain(ops.text(ops.value[i]!)).toLowerCase().includes(wanted)) continue;
    found[count++] = i;
  }
  return found.slice(0, count);
}

/** -1: any. */
function symbolOf(ops: Operations, text: string): number {
  if (text === '') return -1;
  const symbol = ops.texts.indexOf(text);
  return symbol < 0 ? Number.MAX_SAFE_INTEGER : symbol;
}

export interface Choices {
  keys: string[];
  processes: string[];
  nodes: string[];
  kinds: string[];
  outcomes: string[];
}

/** What there is to ask for, in an order that people expect. */
export function choices(ops: Operations): Choices {
  const natural = new Intl.Collator('en', { numeric: true }).compare;
  const texts = (column: Float64Array) =>
    [...new Set(column)]
      .filter((symbol) => symbol > 0)
      .map((symbol) => ops.text(symbol))
      .sort(natural);
  return {
    keys: texts(ops.key),
    processes: [...new Set(ops.process)].sort((a, b) => a - b).map(String),
    nodes: texts(ops.node),
    kinds: ops.functions.filter((_, kind) => ops.kind.includes(kind)),
    outcomes: ops.outcomes.filter((_, outcome) => ops.outcome.includes(outcome)),
  };
}
