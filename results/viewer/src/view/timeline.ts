// The timeline: every operation on a canvas, with what can be asked of it around.
import type { Run } from '../data/run';
import { choices, kEverything, matching, type Filter } from '../model/filter';
import { counted, duration, grouped, plain } from '../model/format';
import { packed, lanesOf, firstAt, type Grouping } from '../model/lanes';
import type { ShownViolation } from '../model/violations';
import { around, moved, zoomed, type Window } from '../model/window';
import { h, inEachLight, section } from './dom';
import { operationTable } from './operation_table';
import { layoutOf, paint, timeAt, type Layout, type Scene } from './timeline_paint';

const kNear = 5; // pixels

export class Timeline {
  readonly element: HTMLElement;
  private readonly canvas = h('canvas', {
    tabindex: 0,
    role: 'application',
    'aria-label': 'Timeline of operations',
    'aria-describedby': 'timeline-help',
  });
  private readonly told = h('p', { class: 'told', role: 'status', 'aria-live': 'polite' });
  private readonly list = h('div');
  private readonly selects = new Map<keyof Filter, HTMLSelectElement | HTMLInputElement>();
  private readonly groupings = new Map<Grouping, HTMLInputElement>();
  private readonly scene: Scene;
  private layout: Layout = layoutOf(800, 1, 0);
  private filter: Filter = { ...kEverything };
  private shown: Uint32Array = new Uint32Array();
  private pending = 0;
  private tabling = 0;

  constructor(
    private readonly run: Run,
    violations: ShownViolation[],
  ) {
    const faults = run.head.faults;
    const names = [...new Set(faults.map(({ fault }) => fault))];
    // A row for each kind of fault, and more where one lies over another of its kind.
    const rows: { fault: (typeof faults)[number]; row: number }[] = [];
    let next = 0;
    for (const name of names) {
      const same = faults.filter(({ fault }) => fault === name);
      const lanes = packed(same.length, (i) => same[i]!.from_ns, (i) => same[i]!.to_ns);
      lanes.forEach((lane) => {
        for (const i of lane) rows.push({ fault: same[i]!, row: next });
        ++next;
      });
    }
    this.scene = {
      ops: run.ops,
      lanes: [],
      faults: rows,
      faultRows: next,
      window: { from: 0, to: run.head.end_ns },
      highlighted: new Set(),
      broken: new Set(violations.flatMap(({ places }) => places)),
      selected: -1,
    };
    this.element = section('timeline', 'Timeline', this.notice(), this.controls(), this.drawing());
    this.listen();
    this.refilter();
    new ResizeObserver(() => this.resize()).observe(this.canvas.parentElement!);
    inEachLight(() => this.repaint());
  }

  /** Shows these operations, and only them brightly. */
  show(places: number[], what: string): void {
    this.setFilter({ ...kEverything });
    const { ops } = this.run;
    this.scene.highlighted = new Set(places);
    this.scene.selected = places.at(-1) ?? -1;
    if (places.length > 0) {
      const from = Math.min(...places.map((op) => ops.invoked_ns[op]!));
      const to = Math.max(...places.map((op) => ops.end_ns[op]!));
      this.scene.window = around(from, to, this.run.head.end_ns);
    }
    this.changed();
    this.told.textContent = `${counted(places.length, 'operation')} of ${what} shown. Escape shows all again.`;
    this.element.scrollIntoView({ block: 'start' });
    this.canvas.focus({ preventScroll: true });
  }

  private notice(): HTMLElement | null {
    const { all, shown, step } = this.run.head.operations;
    if (shown === all) return null;
    return h(
      'p',
      { class: 'notice' },
      `Sampled: ${grouped(shown)} of ${grouped(all)} operations are drawn one by one, about every ` +
        `${grouped(step)}th that succeeded; operations of violations, and what stands around them, are all here. ` +
        'Rates, latency quantiles and everything judged come from all operations.',
    );
  }

  private controls(): HTMLElement {
    const { keys, processes, nodes, kinds, outcomes } = choices(this.run.ops);
    const words = new Map([['ok', 'ok'], ['fail', 'fail: had no effect'], ['info', 'info: unknown']]);
    const select = (name: keyof Filter, label: string, any: string, values: string[], show = plain) => {
      const box = h(
        'select',
        { 'aria-label': label, onchange: () => this.setFilter({ ...this.filter, [name]: box.value }) },
        h('option', { value: '' }, any),
        ...values.map((value) => h('option', { value }, show(value))),
      );
      this.selects.set(name, box);
      return h('label', {}, label, box);
    };
    const value = h('input', {
      type: 'search',
      size: 8,
      placeholder: 'any',
      oninput: () => this.setFilter({ ...this.filter, value: value.value }),
    });
    this.selects.set('value', value);
    return h(
      'div',
      { class: 'controls', role: 'group', 'aria-label': 'Which operations' },
      select('key', 'Key', 'all keys', keys),
      select('process', 'Process', 'all', processes, (p) => `p${p}`),
      select('node', 'Node', 'all nodes', nodes),
      select('kind', 'Type', 'all', kinds),
      select('outcome', 'Outcome', 'all', outcomes, (o) => words.get(o) ?? o),
      h('label', {}, 'Value contains', value),
      this.grouping(),
      h('button', { type: 'button', onclick: () => this.all() }, 'Show all'),
    );
  }

  private grouping(): HTMLElement {
    const choice = (value: Grouping, label: string) => {
      const input = h('input', { type: 'radio', name: 'rows', value, onchange: () => this.refilter() });
      input.checked = value === 'process';
      this.groupings.set(value, input);
      return h('label', { class: 'inline' }, input, label);
    };
    return h(
      'fieldset',
      {},
      h('legend', {}, 'Rows'),
      choice('process', 'processes'),
      choice('node', 'nodes'),
    );
  }

  private drawing(): HTMLElement {
    const button = (text: string, label: string, act: () => void) =>
      h('button', { type: 'button', 'aria-label': label, title: label, onclick: act }, text);
    const legend = (name: string, text: string) =>
      h('span', { class: 'key' }, h('i', { class: `swatch ${name}` }), text);
    return h(
      'div',
      {},
      h(
        'div',
        { class: 'bar' },
        button('+', 'Look closer', () => this.zoom(0.5)),
        button('−', 'See more', () => this.zoom(2)),
        button('◀', 'Earlier', () => this.pan(-0.4)),
        button('▶', 'Later', () => this.pan(0.4)),
        button('Whole run', 'Show the whole run', () => this.fit()),
        h(
          'span',
          { class: 'legend' },
          legend('read', 'ok read'),
          legend('write', 'ok write'),
          legend('fail', 'failed'),
          legend('info', 'unknown'),
          legend('broken', 'in a violation'),
          legend('fault', 'fault'),
        ),
      ),
      h('div', { class: 'canvas' }, this.canvas),
      this.told,
      h(
        'p',
        { class: 'hint', id: 'timeline-help' },
        'Drag to move, Ctrl and wheel (or pinch) to zoom, click an operation. Keys: + − zoom, ← → move, 0 whole run, ' +
          'n p next and previous operation, v next operation of a violation, Escape all again.',
      ),
      this.list,
    );
  }

  private listen(): void {
    const canvas = this.canvas;
    canvas.addEventListener('keydown', (event) => this.key(event));
    canvas.addEventListener(
      'wheel',
      (event) => {
        const sideways = event.shiftKey ? event.deltaY : event.deltaX;
        if (event.ctrlKey || event.metaKey) {
          event.preventDefault();
          this.zoom(Math.exp(event.deltaY * 0.004), this.timeOf(event));
        } else if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) {
          event.preventDefault();
          this.pan(sideways / (this.layout.right - this.layout.left));
        }
      },
      { passive: false },
    );
    canvas.addEventListener('dblclick', (event) => this.zoom(0.4, this.timeOf(event)));
    this.listenToPointers();
  }

  // One pointer moves the window or, where it does not move, selects; two zoom.
  private listenToPointers(): void {
    const down = new Map<number, number>(); // pointer: x
    let travelled = 0;
    this.canvas.addEventListener('pointerdown', (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      down.set(event.pointerId, event.offsetX);
      travelled = 0;
    });
    this.canvas.addEventListener('pointermove', (event) => {
      const before = down.get(event.pointerId);
      if (before === undefined) return;
      const [other] = [...down].filter(([id]) => id !== event.pointerId);
      const by = event.offsetX - before;
      travelled += Math.abs(by);
      down.set(event.pointerId, event.offsetX);
      if (other) {
        const [, still] = other;
        const factor = Math.abs(before - still) / Math.max(Math.abs(event.offsetX - still), 1);
        this.zoom(factor, timeAt(this.layout, this.scene.window, still));
      } else if (travelled > kNear) {
        this.pan(-by / (this.layout.right - this.layout.left));
      }
    });
    const up = (event: PointerEvent) => {
      down.delete(event.pointerId);
      if (event.type === 'pointerup' && travelled <= kNear) this.select(this.operationAt(event));
    };
    this.canvas.addEventListener('pointerup', up);
    this.canvas.addEventListener('pointercancel', up);
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const acts: Record<string, () => void> = {
      '+': () => this.zoom(0.5),
      '=': () => this.zoom(0.5),
      '-': () => this.zoom(2),
      ArrowLeft: () => this.pan(-0.2),
      ArrowRight: () => this.pan(0.2),
      '0': () => this.fit(),
      Home: () => this.fit(),
      n: () => this.step(1, () => true),
      p: () => this.step(-1, () => true),
      v: () => this.step(1, (op) => this.scene.broken.has(op)),
      Escape: () => this.all(),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  private timeOf(event: MouseEvent): number {
    return timeAt(this.layout, this.scene.window, event.offsetX);
  }

  private operationAt(event: MouseEvent): number {
    const lane = this.scene.lanes[Math.floor((event.offsetY - this.layout.top) / this.layout.lane)];
    if (!lane) return -1;
    const { ops, window } = this.scene;
    const near = (kNear / (this.layout.right - this.layout.left)) * (window.to - window.from);
    const time = this.timeOf(event);
    const op = lane.ops[firstAt(ops, lane, time - near)];
    return op !== undefined && ops.invoked_ns[op]! <= time + near ? op : -1;
  }

  private select(op: number): void {
    this.scene.selected = op;
    this.told.textContent = op < 0 ? '' : this.words(op);
    this.changed();
  }

  private words(op: number): string {
    const { ops } = this.run;
    const text = (column: Float64Array) => ops.text(column[op]!);
    const key = text(ops.key);
    const node = text(ops.node);
    const took = ops.completes[op] ? `took ${duration(ops.end_ns[op]! - ops.invoked_ns[op]!)}` : 'never completed';
    const parts = [
      `${ops.functionOf(op)}${key ? ` of ${plain(key)}` : ''}: ${text(ops.value) || 'nothing'}`,
      `${ops.outcomeOf(op)}`,
      `process ${ops.process[op]}${node ? ` via ${node}` : ''}`,
      `at ${duration(ops.invoked_ns[op]!)}, ${took}`,
      text(ops.version) && `version ${text(ops.version)}`,
      text(ops.replicas) && `replicas ${text(ops.replicas)}`,
      text(ops.error),
      `operation #${grouped(ops.number[op]!)}`,
    ];
    return parts.filter(Boolean).join(' · ');
  }

  // To the next operation, in order of invocation, for which `asked` holds.
  private step(by: 1 | -1, asked: (op: number) => boolean): void {
    const { ops, window, selected } = this.scene;
    let at = this.shown.indexOf(selected);
    if (at < 0) at = this.shown.findIndex((op) => ops.invoked_ns[op]! >= window.from) - (by > 0 ? 1 : 0);
    for (at += by; at >= 0 && at < this.shown.length; at += by) {
      const op = this.shown[at]!;
      if (!asked(op)) continue;
      const middle = (ops.invoked_ns[op]! + ops.end_ns[op]!) / 2;
      if (middle < window.from || middle > window.to) {
        const half = (window.to - window.from) / 2;
        this.scene.window = moved({ from: middle - half, to: middle + half }, 0, this.run.head.end_ns);
      }
      return this.select(op);
    }
  }

  private zoom(factor: number, at?: number): void {
    const { from, to } = this.scene.window;
    this.move(zoomed(this.scene.window, at ?? (from + to) / 2, factor, this.run.head.end_ns));
  }
  private pan(share: number): void {
    const { from, to } = this.scene.window;
    this.move(moved(this.scene.window, share * (to - from), this.run.head.end_ns));
  }
  private fit(): void {
    this.move({ from: 0, to: this.run.head.end_ns });
  }
  private move(window: Window): void {
    this.scene.window = window;
    this.changed();
  }

  private all(): void {
    this.scene.highlighted = new Set();
    this.scene.selected = -1;
    this.told.textContent = '';
    this.setFilter({ ...kEverything });
    this.fit();
  }

  private setFilter(filter: Filter): void {
    this.filter = filter;
    for (const [name, box] of this.selects) box.value = filter[name];
    this.refilter();
  }

  private refilter(): void {
    const grouping: Grouping = this.groupings.get('node')?.checked ? 'node' : 'process';
    this.shown = matching(this.run.ops, this.filter);
    this.scene.lanes = lanesOf(this.run.ops, this.shown, grouping);
    this.resize();
    this.changed();
  }

  private changed(): void {
    this.canvas.dataset['from'] = String(Math.round(this.scene.window.from));
    this.canvas.dataset['to'] = String(Math.round(this.scene.window.to));
    this.repaint();
    this.list.dataset['stale'] = 'true';
    clearTimeout(this.tabling);
    this.tabling = window.setTimeout(() => this.retable(), 120);
  }

  private retable(): void {
    delete this.list.dataset['stale'];
    const { highlighted, selected, window: seen } = this.scene;
    const { ops } = this.run;
    const asked =
      highlighted.size > 0
        ? [...highlighted].sort((a, b) => a - b)
        : this.shown.filter((op) => ops.end_ns[op]! >= seen.from && ops.invoked_ns[op]! <= seen.to);
    const open = this.list.querySelector('details')?.open ?? true;
    this.list.replaceChildren(operationTable(ops, asked, selected, open, (op) => this.select(op)));
  }

  private resize(): void {
    const width = this.canvas.parentElement?.clientWidth || 800;
    this.layout = layoutOf(width, this.scene.lanes.length, this.scene.faultRows);
    const dense = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(width * dense);
    this.canvas.height = Math.round(this.layout.height * dense);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${this.layout.height}px`;
    this.repaint();
  }

  private repaint(): void {
    cancelAnimationFrame(this.pending);
    this.pending = requestAnimationFrame(() => {
      const canvas = this.canvas.getContext('2d')!;
      const dense = window.devicePixelRatio || 1;
      canvas.setTransform(dense, 0, 0, dense, 0, 0);
      paint(canvas, this.layout, this.scene);
    });
  }
}
