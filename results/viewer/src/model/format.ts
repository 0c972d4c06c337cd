// Numbers and times as people read them.

const kThin = '\u202f'; // narrow, and no line breaks at it

/** "12 345" */
export function grouped(number: number): string {
  const [whole = '', rest] = String(number).split('.');
  const text = whole.replace(/\B(?=(\d{3})+(?!\d))/g, kThin);
  return rest === undefined ? text : `${text}.${rest}`;
}

/** "1.25 s", "12.3 ms", "950 µs": three digits that count. */
export function duration(ns: number): string {
  const size = Math.abs(ns);
  if (size >= 1e9) return `${digits(ns / 1e9)}${kThin}s`;
  if (size >= 1e6) return `${digits(ns / 1e6)}${kThin}ms`;
  if (size >= 1e3) return `${digits(ns / 1e3)}${kThin}µs`;
  return `${Math.round(ns)}${kThin}ns`;
}

export function digits(number: number): string {
  const size = Math.abs(number);
  const places = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return String(Number(number.toFixed(places)));
}

/** A moment of the run, exact enough for ticks `step_ns` apart. */
export function moment(ns: number, step_ns: number): string {
  const unit = step_ns >= 1e8 ? 's' : step_ns >= 1e5 ? 'ms' : 'µs';
  const size = unit === 's' ? 1e9 : unit === 'ms' ? 1e6 : 1e3;
  const places = Math.max(0, Math.ceil(-Math.log10(step_ns / size) - 1e-9));
  return `${grouped(Number((ns / size).toFixed(Math.min(places, 6))))}${kThin}${unit}`;
}

export function percent(share: number): string {
  const value = 100 * share;
  return `${value > 0 && value < 0.1 ? value.toFixed(3) : value.toFixed(1)}${kThin}%`;
}

export function bytes(count: number): string {
  if (count >= 1 << 30) return `${digits(count / (1 << 30))}${kThin}GiB`;
  if (count >= 1 << 20) return `${digits(count / (1 << 20))}${kThin}MiB`;
  return `${digits(count / 1024)}${kThin}KiB`;
}

/** "1 operation", "2 operations" */
export function counted(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** A JSON text for people: a string without its quotes. */
export function plain(json: string): string {
  if (!json.startsWith('"')) return json;
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : json;
  } catch {
    return json;
  }
}
