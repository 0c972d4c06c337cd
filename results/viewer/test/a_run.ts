// Five operations: a stale read among them, one of unknown outcome, one that failed.
import { unpack } from '../src/data/packed';
import { runOf, type Run } from '../src/data/run';
import { packedBytes } from './packed_bytes';

const kOk = 0;
const kFail = 1 << 4;
const kInfo = 2 << 4;
const kWrite = 1;

export function aRunsBytes(): Uint8Array {
  const violation = { property: 'latest', anomaly: 'stale read', key: 'k1', ops: [10, 11, 12], lines: [] };
  const head = {
    kind: 'run',
    name: 'a run',
    notices: [],
    test: {},
    results: {
      outcome: 'violation',
      sentence: 'broken',
      properties: [
        { property: 'converges', promised: false, standing: 'broken', violation_count: 1, violations: [] },
        { property: 'linearizable', promised: false, standing: 'broken', violation_count: 2, violations: [violation] },
        { property: 'no-dirty-read', promised: true, standing: 'held' },
        { property: 'latest', promised: true, standing: 'broken', violation_count: 3, violations: [violation, { ...violation, ops: [10, 99] }] },
      ],
    },
    pictures: [{ property: 'latest', number: 1, svg: '<svg/>' }],
    end_ns: 20e6,
    faults: [],
    marks: [],
    operations: { all: 100, shown: 5, step: 20 },
    functions: ['read', 'write'],
    outcomes: ['ok', 'fail', 'info'],
  };
  const column = (name: string, values: number[], delta = false) => ({ name, delta, values });
  return packedBytes(
    head,
    [
      column('number', [10, 11, 12, 40, 80], true),
      column('invoked_ns', [1e6, 4e6, 6e6, 8e6, 10e6], true),
      column('duration_ns', [1e6, 1e6, 2e6, -1, 1e6]),
      column('process', [0, 1, 0, 2, 3]),
      column('flags', [kOk + kWrite, kOk + kWrite, kOk, kInfo + kWrite, kFail]),
      column('key', [1, 1, 1, 4, 4]),
      column('value', [2, 3, 2, 5, 0], true),
      column('node', [6, 7, 6, 8, 8]),
      column('version', [0, 0, 0, 0, 0], true),
      column('error', [0, 0, 0, 0, 9]),
      column('replicas', [0, 0, 0, 0, 0]),
    ],
    ['', '"k1"', '"old"', '"new"', '"k2"', '"lost"', 'n1', 'n2', 'n3', 'refused'],
  );
}

export const aRun = (): Run => runOf(unpack(aRunsBytes()));
