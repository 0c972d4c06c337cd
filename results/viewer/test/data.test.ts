import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { embedded, unzip } from '../src/data/arrival';
import { readColumn, unpack } from '../src/data/packed';
import { aRun, aRunsBytes } from './a_run';
import { numbers } from './packed_bytes';

describe('a column', () => {
  const values = [0, 1, -1, 63, 64, -64, -65, 127, 128, 2 ** 31, -(2 ** 31), 2 ** 45 + 3, -(2 ** 45), 2 ** 51 - 1];
  it.each([true, false])('comes back as it was (delta: %s)', (delta) => {
    const bytes = Uint8Array.from(numbers(values, delta));
    expect([...readColumn(bytes, values.length, delta)]).toEqual(values);
  });
  it('that ends early is refused', () => {
    expect(() => readColumn(Uint8Array.of(0x80), 1, false)).toThrow('ends early');
  });
});

describe('a run', () => {
  it('is unpacked with its texts', () => {
    const { ops } = aRun();
    expect(ops.count).toBe(5);
    expect(ops.text(ops.value[2]!)).toBe('"old"');
    expect(ops.functionOf(2)).toBe('read');
    expect([0, 3, 4].map((op) => ops.outcomeOf(op))).toEqual(['ok', 'info', 'fail']);
  });
  it('lets an operation that never completed last until the end', () => {
    const { ops } = aRun();
    expect(ops.completes[3]).toBe(0);
    expect(ops.end_ns[3]).toBe(20e6);
    expect(ops.end_ns[0]).toBe(2e6);
  });
  it('finds operations by their number in the whole history', () => {
    const { ops } = aRun();
    expect(ops.placeOf(12)).toBe(2);
    expect(ops.placeOf(80)).toBe(4);
    expect(ops.placeOf(13)).toBe(-1);
    expect(ops.placeOf(1000)).toBe(-1);
  });
  it('that is something else is refused', () => {
    expect(() => unpack(new TextEncoder().encode('<html>'))).toThrow('no packed run');
  });
});

describe('what arrives', () => {
  it('is unzipped', async () => {
    expect([...(await unzip(gzipSync(aRunsBytes())))]).toEqual([...aRunsBytes()]);
  });
  it('inside a page is base64 of gzip', async () => {
    const page = (textContent: string | null) =>
      ({ getElementById: () => (textContent === null ? null : { textContent }) }) as unknown as Document;
    const packed = Buffer.from(gzipSync(aRunsBytes())).toString('base64');
    expect([...(await embedded(page(packed)))!]).toEqual([...aRunsBytes()]);
    expect(await embedded(page(null))).toBeNull();
  });
});
