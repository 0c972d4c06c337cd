// Packs as the C++ does, for tests.

export function numbers(values: number[], delta: boolean): number[] {
  const out: number[] = [];
  let before = 0n;
  for (const value of values.map(BigInt)) {
    const number = delta ? value - before : value;
    before = value;
    let rest = number < 0n ? -2n * number - 1n : 2n * number;
    while (rest >= 0x80n) {
      out.push(Number((rest & 0x7fn) | 0x80n));
      rest >>= 7n;
    }
    out.push(Number(rest));
  }
  return out;
}

export function packedBytes(
  head: Record<string, unknown>,
  columns: { name: string; delta: boolean; values: number[] }[],
  texts: string[],
): Uint8Array {
  const encoded = columns.map((c) => numbers(c.values, c.delta));
  const text = new TextEncoder().encode(texts.map((t) => `${t}\0`).join(''));
  const whole = {
    ...head,
    columns: columns.map(({ name, delta }, i) => ({ name, delta, bytes: encoded[i]!.length })),
    texts: text.length,
  };
  const json = new TextEncoder().encode(JSON.stringify(whole));
  const length = [0, 8, 16, 24].map((shift) => (json.length >> shift) & 255);
  return Uint8Array.from([...new TextEncoder().encode('QRP1'), ...length, ...json, ...encoded.flat(), ...text]);
}
