// A chart in our colours: uPlot with faults as bands, that follows the width and the light.
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Fault } from '../data/run';
import { colour, h, inEachLight } from './dom';

export interface Line {
  label: string;
  colour: string; // its name in the style sheet
  values: (number | null)[];
  show: (value: number) => string;
  dash?: number[];
  points?: boolean; // points, no line
  steps?: boolean;
}

export interface ChartOptions {
  title: string;
  about: string; // what there is to see, in words: also for those who do not see it
  x: number[]; // ascending
  lines: Line[];
  time?: boolean; // x is a time of the run, in seconds
  xText?: (x: number) => string;
  xSplits?: number[];
  log?: boolean;
  yText: (y: number) => string;
  range?: [number, number];
  faults?: Fault[];
  draw?: (u: uPlot) => void; // besides
}

const kHeight = 230;

export function chart(options: ChartOptions): HTMLElement {
  const place = h('div', { class: 'plot', role: 'img', 'aria-label': `${options.title}. ${options.about}` });
  const figure = h(
    'figure',
    {},
    h('figcaption', {}, h('strong', {}, options.title), h('span', {}, ` ${options.about}`)),
    place,
  );
  let plot: uPlot | null = null;
  const draw = () => {
    plot?.destroy();
    plot = null;
    place.replaceChildren();
    if (place.clientWidth > 0) plot = new uPlot(plotOptions(options, place.clientWidth), dataOf(options), place);
  };
  // Drawn when first seen: a page with many charts is usable at once.
  const seen = new IntersectionObserver((entries) => {
    if (plot || !entries.some((entry) => entry.isIntersecting)) return;
    inEachLight(draw);
    seen.disconnect();
  }, { rootMargin: '400px' });
  seen.observe(place);
  new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height: kHeight })).observe(place);
  return figure;
}

function dataOf(options: ChartOptions): uPlot.AlignedData {
  return [options.x, ...options.lines.map(({ values }) => values)] as uPlot.AlignedData;
}

function plotOptions(options: ChartOptions, width: number): uPlot.Options {
  const axis = { stroke: colour('muted'), grid: { stroke: colour('line'), width: 1 }, ticks: { show: false } };
  const xText = options.xText ?? ((x: number) => `${Number(x.toFixed(3))} s`);
  const xAxis: uPlot.Axis = { ...axis, size: 28, values: (_, splits) => splits.map(xText) };
  if (options.xSplits) xAxis.splits = () => options.xSplits!;
  const y: uPlot.Scale = options.log ? { distr: 3 } : {};
  if (options.range) y.range = options.range;
  else if (!options.log) y.range = (_, __, most) => [0, Math.max(most * 1.05, 1e-9)];
  return {
    width,
    height: kHeight,
    scales: { x: { time: false }, y },
    cursor: { drag: { x: true, y: false } },
    legend: { live: true },
    axes: [
      xAxis,
      { ...axis, size: 64, values: (_, splits) => splits.map((v) => (v == null ? '' : options.yText(v))) },
    ],
    series: [{ label: options.time ? 'time' : 'at', value: (_, v) => (v == null ? '–' : xText(v)) }, ...options.lines.map(seriesOf)],
    hooks: {
      drawClear: [(u) => bands(u, options.faults ?? [])],
      draw: options.draw ? [options.draw] : [],
    },
  };
}

function seriesOf(line: Line): uPlot.Series {
  const stroke = colour(line.colour);
  const series: uPlot.Series = {
    label: line.label,
    stroke,
    width: 1.5,
    value: (_, v) => (v == null ? '–' : line.show(v)),
    points: { show: false },
  };
  if (line.dash) series.dash = line.dash;
  if (line.steps) series.paths = uPlot.paths.stepped!({ align: 1 });
  if (line.points) {
    series.paths = dots;
    series.fill = stroke;
    series.width = 0;
  }
  return series;
}

// Small squares, one for each pixel that has any: as quick for a million points as for a thousand.
const dots: uPlot.Series.PathBuilder = (u, index, from, to) => {
  const path = new Path2D();
  const { left, top, width, height } = u.bbox;
  const taken = new Uint8Array((width + 1) * (height + 1));
  const size = Math.max(2, Math.round(devicePixelRatio * 2));
  const xs = u.data[0];
  const ys = u.data[index]!;
  const scale = u.series[index]!.scale!;
  for (let i = from; i <= to; ++i) {
    const value = ys[i];
    if (value == null) continue;
    const px = Math.round(u.valToPos(xs[i]!, 'x', true));
    const py = Math.round(u.valToPos(value, scale, true));
    if (px < left || px > left + width || py < top || py > top + height) continue;
    const pixel = (py - top) * (width + 1) + (px - left);
    if (taken[pixel]) continue;
    taken[pixel] = 1;
    path.rect(px - size / 2, py - size / 2, size, size);
  }
  return { fill: path, flags: 0 };
};

function bands(u: uPlot, faults: Fault[]): void {
  u.ctx.save();
  u.ctx.fillStyle = colour('fault-shade');
  for (const { from_ns, to_ns } of faults) {
    const left = Math.max(u.valToPos(from_ns / 1e9, 'x', true), u.bbox.left);
    const right = Math.min(u.valToPos(to_ns / 1e9, 'x', true), u.bbox.left + u.bbox.width);
    if (right > left) u.ctx.fillRect(left, u.bbox.top, right - left, u.bbox.height);
  }
  u.ctx.restore();
}
