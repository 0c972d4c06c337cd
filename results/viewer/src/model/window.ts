// The part of the run's time that a timeline shows, in nanoseconds.

export interface Window {
  from: number;
  to: number;
}

const kShortest = 1000; // 1 µs

/** Keeps its length where it can, and lies inside of [0, end]. */
export function clamped(window: Window, end: number): Window {
  const length = Math.min(Math.max(window.to - window.from, kShortest), Math.max(end, kShortest));
  const from = Math.min(Math.max(window.from, 0), Math.max(end - length, 0));
  return { from, to: from + length };
}

/** factor < 1 looks closer. What is at `at` stays where it is. */
export function zoomed(window: Window, at: number, factor: number, end: number): Window {
  const length = Math.min(
    Math.max((window.to - window.from) * factor, kShortest),
    Math.max(end, kShortest),
  );
  const share = (at - window.from) / (window.to - window.from);
  return clamped({ from: at - share * length, to: at + (1 - share) * length }, end);
}

export function moved(window: Window, by: number, end: number): Window {
  return clamped({ from: window.from + by, to: window.to + by }, end);
}

/** Around what lies between the two, with some room on both sides. */
export function around(from: number, to: number, end: number): Window {
  const room = Math.max((to - from) * 0.25, 1e5);
  return clamped({ from: from - room, to: to + room }, end);
}

/** Round moments in the window, about `wanted` of them, and how far they are apart. */
export function ticks(window: Window, wanted: number): { step: number; at: number[] } {
  const rough = (window.to - window.from) / Math.max(wanted, 1);
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((digit) => digit * decade >= rough) ?? 10) * decade;
  const at: number[] = [];
  for (let i = Math.ceil(window.from / step); i * step <= window.to; ++i) at.push(i * step);
  return { step, at };
}
