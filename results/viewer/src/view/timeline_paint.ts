// What a timeline looks like: from operations, lanes and a window to a canvas. Nothing here listens.
import type { Fault, Operations } from '../data/run';
import { firstAt, type Lane } from '../model/lanes';
import { moment } from '../model/format';
import { ticks, type Window } from '../model/window';
import { colour } from './dom';

export interface Scene {
  ops: Operations;
  lanes: Lane[];
  faults: { fault: Fault; row: number }[];
  faultRows: number;
  window: Window;
  highlighted: Set<number>; // empty: nothing is, so everything is plain
  broken: Set<number>; // operations of any violation
  selected: number; // -1: none
}

export interface Layout {
  left: number; // of the time axis
  right: number;
  axis: number; // height of the ticks
  top: number; // of the first lane
  lane: number; // height
  height: number;
}

const kFaultRow = 15;

export function layoutOf(width: number, lanes: number, faultRows: number): Layout {
  const lane = lanes <= 24 ? 16 : lanes <= 60 ? 10 : lanes <= 150 ? 6 : 4;
  const axis = 22;
  const top = axis + faultRows * kFaultRow + 6;
  return {
    left: width < 500 ? 46 : 74,
    right: width - 6,
    axis,
    top,
    lane,
    height: top + Math.max(lanes, 1) * lane + 8,
  };
}

export const x = (layout: Layout, window: Window, ns: number): number =>
  layout.left +
  ((ns - window.from) / (window.to - window.from)) * (layout.right - layout.left);

export const timeAt = (layout: Layout, window: Window, at: number): number =>
  window.from +
  ((at - layout.left) / (layout.right - layout.left)) * (window.to - window.from);

// In the order in which they are drawn: what matters more lies on top.
export const kPaints = ['read', 'write', 'fail', 'info'] as const;
type Paint = (typeof kPaints)[number];

export function paintOf(ops: Operations, op: number): Paint {
  const outcome = ops.outcomeOf(op);
  if (outcome !== 'ok') return outcome;
  return ops.functionOf(op) === 'read' ? 'read' : 'write';
}

export function paint(canvas: CanvasRenderingContext2D, layout: Layout, scene: Scene): void {
  canvas.clearRect(0, 0, layout.right + 6, layout.height);
  canvas.font = '11px system-ui, sans-serif';
  canvas.textBaseline = 'middle';
  paintAxis(canvas, layout, scene.window);
  canvas.save();
  canvas.beginPath();
  canvas.rect(layout.left, layout.axis, layout.right - layout.left, layout.height);
  canvas.clip();
  paintFaults(canvas, layout, scene);
  paintOperations(canvas, layout, scene);
  paintFaultEdges(canvas, layout, scene);
  canvas.restore();
  paintLabels(canvas, layout, scene);
}

function paintAxis(canvas: CanvasRenderingContext2D, layout: Layout, window: Window): void {
  const { step, at } = ticks(window, (layout.right - layout.left) / 110);
  for (const ns of at) {
    const place = Math.round(x(layout, window, ns)) + 0.5;
    canvas.strokeStyle = colour('line');
    canvas.beginPath();
    canvas.moveTo(place, layout.axis - 4);
    canvas.lineTo(place, layout.height);
    canvas.stroke();
    canvas.fillStyle = colour('muted');
    const text = moment(ns, step);
    const width = canvas.measureText(text).width;
    canvas.fillText(text, Math.min(Math.max(place - width / 2, layout.left), layout.right - width), 9);
  }
}

function paintFaults(canvas: CanvasRenderingContext2D, layout: Layout, scene: Scene): void {
  for (const { fault, row } of scene.faults) {
    const left = x(layout, scene.window, fault.from_ns);
    const right = Math.max(x(layout, scene.window, fault.to_ns), left + 2);
    if (right < layout.left || left > layout.right) continue;
    const hit = (lane: Lane) =>
      fault.nodes.length === 0 || lane.node === '' || fault.nodes.includes(lane.node);
    canvas.fillStyle = colour('fault-shade');
    scene.lanes.forEach((lane, i) => {
      if (hit(lane)) canvas.fillRect(left, layout.top + i * layout.lane, right - left, layout.lane);
    });
    const top = layout.axis + row * kFaultRow;
    canvas.fillStyle = colour('fault');
    canvas.fillRect(left, top, right - left, kFaultRow - 2);
    const name = fault.nodes.length ? `${fault.fault} ${fault.nodes.join(' ')}` : fault.fault;
    const inside = Math.max(left, layout.left) + 4;
    const { width } = canvas.measureText(name);
    const fits = width < Math.min(right, layout.right) - inside;
    // Beside it only where nothing else is: the next of its row may be near.
    const next = scene.faults.find((f) => f.row === row && f.fault.from_ns >= fault.to_ns);
    const room = next ? x(layout, scene.window, next.fault.from_ns) : layout.right;
    if (!fits && right + 8 + width > Math.min(room, layout.right)) continue;
    canvas.fillStyle = colour(fits ? 'on-fault' : 'muted');
    canvas.fillText(name, fits ? inside : right + 4, top + kFaultRow / 2 - 0.5);
  }
}

// Over the operations, which may hide the shade: where a fault began and ended.
function paintFaultEdges(canvas: CanvasRenderingContext2D, layout: Layout, scene: Scene): void {
  canvas.fillStyle = colour('fault');
  for (const { fault } of scene.faults) {
    for (const ns of [fault.from_ns, fault.to_ns]) {
      canvas.fillRect(x(layout, scene.window, ns) - 0.5, layout.axis, 1, layout.height - layout.axis);
    }
  }
}

function paintOperations(canvas: CanvasRenderingContext2D, layout: Layout, scene: Scene): void {
  const { ops, window } = scene;
  const boxes: Record<Paint, number[]> = { read: [], write: [], fail: [], info: [] };
  const marked: number[] = [];
  const inner = Math.max(layout.lane - 3, 2);
  scene.lanes.forEach((lane, i) => {
    const top = layout.top + i * layout.lane + 1.5;
    const first = firstAt(ops, lane, window.from);
    // Where operations are too narrow to be told apart, reads are above and writes below.
    const crowded = inner >= 4 && isCrowded(layout, scene, lane, first);
    const half = crowded ? inner / 2 : inner;
    // Where less than a pixel apart, one box of a kind stands for all: the eye could not tell.
    const last: Record<Paint, number> = { read: -1, write: -1, fail: -1, info: -1 };
    for (let j = first; j < lane.ops.length; ++j) {
      const op = lane.ops[j]!;
      if (ops.invoked_ns[op]! > window.to) break;
      const left = x(layout, window, ops.invoked_ns[op]!);
      const right = Math.max(x(layout, window, ops.end_ns[op]!), left + 1.5);
      const kind = paintOf(ops, op);
      if (scene.highlighted.has(op) || scene.broken.has(op) || op === scene.selected) {
        marked.push(op, left, right, top);
      }
      if (right <= last[kind]) continue;
      last[kind] = Math.floor(right);
      const ok = kind === 'read' || kind === 'write';
      boxes[kind].push(left, kind === 'write' ? top + inner - half : top, right - left, ok ? half : inner);
    }
  });
  canvas.globalAlpha = scene.highlighted.size > 0 ? 0.22 : 1;
  for (const kind of kPaints) {
    canvas.fillStyle = colour(kind);
    canvas.beginPath();
    const list = boxes[kind];
    for (let i = 0; i < list.length; i += 4) canvas.rect(list[i]!, list[i + 1]!, list[i + 2]!, list[i + 3]!);
    canvas.fill();
  }
  canvas.globalAlpha = 1;
  paintMarked(canvas, layout, scene, marked);
}

function isCrowded(layout: Layout, { ops, window }: Scene, lane: Lane, first: number): boolean {
  const seen = firstAt(ops, lane, window.to) - first;
  return seen * 4 > layout.right - layout.left;
}

// Operations of violations, what is highlighted, and what is selected.
function paintMarked(canvas: CanvasRenderingContext2D, layout: Layout, scene: Scene, marked: number[]): void {
  const dim = scene.highlighted.size > 0;
  for (let i = 0; i < marked.length; i += 4) {
    const [op, left, right, top] = marked.slice(i, i + 4) as [number, number, number, number];
    const bright = !dim || scene.highlighted.has(op) || op === scene.selected;
    canvas.globalAlpha = bright ? 1 : 0.3;
    canvas.fillStyle = colour(paintOf(scene.ops, op));
    const inner = Math.max(layout.lane - 3, 2);
    canvas.fillRect(left, top + 1.5, right - left, inner);
    canvas.strokeStyle = colour(op === scene.selected ? 'text' : 'bad');
    canvas.lineWidth = 2;
    canvas.strokeRect(left - 1, top + 0.5, right - left + 2, inner + 2);
    canvas.lineWidth = 1;
  }
  canvas.globalAlpha = 1;
}

function paintLabels(canvas: CanvasRenderingContext2D, layout: Layout, scene: Scene): void {
  const rowOf = new Map(scene.faults.map(({ fault, row }) => [row, fault.fault.split(':')[0]!]));
  canvas.fillStyle = colour('muted');
  for (const [row, name] of rowOf) {
    canvas.fillText(short(canvas, name, layout.left - 6), 2, layout.axis + row * kFaultRow + 7);
  }
  const every = Math.ceil(11 / layout.lane);
  canvas.fillStyle = colour('text');
  scene.lanes.forEach((lane, i) => {
    const top = layout.top + i * layout.lane;
    if (lane.label !== '' && (every === 1 || i % every === 0 || scene.lanes[i - 1]?.label === '')) {
      const label = lane.node && lane.label !== lane.node ? `${lane.label} ${lane.node}` : lane.label;
      canvas.fillText(short(canvas, label, layout.left - 6), 2, top + layout.lane / 2);
    }
  });
}

function short(canvas: CanvasRenderingContext2D, text: string, room: number): string {
  let shown = text;
  while (shown.length > 1 && canvas.measureText(shown).width > room) shown = `${shown.slice(0, -2)}…`;
  return shown;
}
