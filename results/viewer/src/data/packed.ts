// The packed form in which a run arrives: results/report/packed_run.h says what is where.

export interface Packed {
  head: Record<string, unknown>;
  columns: Map<string, Float64Array>;
  texts: string[];
}

interface ColumnHead {
  name: string;
  bytes: number;
  delta: boolean;
}

const kMagic = 'QRP1';
const kHeadAt = 8;

/** `count` numbers: zigzag, then LEB128, up to 2^53. Throws where the bytes end early. */
export function readColumn(bytes: Uint8Array, count: number, delta: boolean): Float64Array {
  const numbers = new Float64Array(count);
  let at = 0;
  let before = 0;
  for (let i = 0; i < count; ++i) {
    let rest = 0;
    let scale = 1;
    let byte = 0;
    do {
      if (at >= bytes.length) throw new Error('a column ends early');
      byte = bytes[at++]!;
      rest += (byte & 0x7f) * scale; // bit operations would stop at 32 bits
      scale *= 128;
    } while (byte >= 0x80);
    const number = rest % 2 === 0 ? rest / 2 : -(rest + 1) / 2;
    before = delta ? before + number : number;
    numbers[i] = before;
  }
  return numbers;
}

export function unpack(bytes: Uint8Array): Packed {
  const text = new TextDecoder();
  if (text.decode(bytes.subarray(0, 4)) !== kMagic) throw new Error('this is no packed run');
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true);
  const head = JSON.parse(text.decode(bytes.subarray(kHeadAt, kHeadAt + length))) as Record<
    string,
    unknown
  >;
  const { shown } = head['operations'] as { shown: number };
  const columns = new Map<string, Float64Array>();
  let at = kHeadAt + length;
  for (const column of head['columns'] as ColumnHead[]) {
    const end = at + column.bytes;
    columns.set(column.name, readColumn(bytes.subarray(at, end), shown, column.delta));
    at = end;
  }
  const texts = text.decode(bytes.subarray(at, at + (head['texts'] as number))).split('\0');
  texts.pop(); // each is ended by a zero byte, also the last
  return { head, columns, texts };
}
