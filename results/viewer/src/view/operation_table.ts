// Operations as a table: what the canvas shows, for reading.
import type { Operations } from '../data/run';
import { duration, grouped, plain } from '../model/format';
import { h, table } from './dom';

const kMost = 60;

export function operationTable(
  ops: Operations,
  asked: ArrayLike<number>,
  selected: number,
  open: boolean,
  select: (op: number) => void,
): HTMLElement {
  const list = Array.from({ length: Math.min(asked.length, kMost) }, (_, i) => asked[i]!);
  const rows = list.map((op) => [
    h(
      'button',
      {
        type: 'button',
        class: 'number',
        'aria-pressed': op === selected ? 'true' : 'false',
        'aria-label': `select operation ${ops.number[op]}`,
        onclick: () => select(op),
      },
      grouped(ops.number[op]!),
    ),
    `p${ops.process[op]}`,
    ops.text(ops.node[op]!),
    ops.functionOf(op) + (ops.final[op] ? ' (final)' : ''),
    plain(ops.text(ops.key[op]!)),
    ops.text(ops.value[op]!) || '–',
    h('span', { class: `outcome ${ops.outcomeOf(op)}` }, ops.outcomeOf(op)),
    duration(ops.invoked_ns[op]!),
    ops.completes[op] ? duration(ops.end_ns[op]! - ops.invoked_ns[op]!) : 'never',
    ops.text(ops.version[op]!),
    ops.text(ops.replicas[op]!).replace(/[[\]"]/g, '').replace(/,/g, ' '),
    ops.text(ops.error[op]!),
  ]);
  const of = asked.length > kMost ? `: the first ${kMost} of ${grouped(asked.length)} in view` : '';
  return h(
    'details',
    { open, class: 'operations' },
    h('summary', {}, `Operations (${grouped(asked.length)})${of}`),
    table(
      ['#', 'process', 'node', 'type', 'key', 'value', 'outcome', 'began at', 'took', 'version', 'replicas', 'error'],
      rows,
      { caption: 'Operations in view', numbers: [0, 7, 8] },
    ),
  );
}
