// The matrix of a campaign's configurations, on two axes that can be chosen; a cell opens its runs.
import type { Campaign } from '../data/campaign';
import { counted, grouped } from '../model/format';
import { allOf, axesOf, kNoAxis, matrixOf, standing, type Cell } from '../model/matrix';
import { h, section } from './dom';

const kMarks: Record<string, string> = { pass: '✓', violation: '✗', unknown: '?', 'harness-error': '!', none: '·' };

export class CampaignMatrix {
  readonly element: HTMLElement;
  private readonly grid = h('div', { class: 'scrolls', tabindex: 0, role: 'region', 'aria-label': 'Matrix of configurations' });
  private row: string;
  private column: string;

  constructor(
    private readonly campaign: Campaign,
    private readonly open: (combinations: number[], words: string) => void,
  ) {
    const axes = axesOf(campaign.summary.combinations);
    this.row = axes[0] ?? kNoAxis;
    this.column = axes[1] ?? kNoAxis;
    this.element = section(
      'matrix',
      'Configurations',
      h(
        'div',
        { class: 'controls' },
        this.chooser('Rows', axes, this.row, (axis) => (this.row = axis)),
        this.chooser('Columns', axes, this.column, (axis) => (this.column = axis)),
      ),
      h('p', { class: 'hint' }, '✓ as it must be, ✗ something failed, ? some could not tell, ! the harness failed, ⚑ broke what was not promised, as expected. A cell shows its runs below.'),
      this.grid,
    );
    this.draw();
  }

  private chooser(label: string, axes: string[], chosen: string, choose: (axis: string) => void): HTMLElement {
    const onchange = (event: Event) => {
      choose((event.target as HTMLSelectElement).value);
      this.draw();
    };
    return h(
      'label',
      {},
      label,
      h('select', { onchange }, ...[...axes, kNoAxis].map((axis) => h('option', { value: axis, selected: axis === chosen }, axis || 'all together'))),
    );
  }

  private draw(): void {
    const { rows, columns, cells } = matrixOf(this.campaign.summary.combinations, this.row, this.column);
    const corner = [this.row, this.column].filter(Boolean).join(' \\ ');
    this.grid.replaceChildren(
      h(
        'table',
        { class: 'matrix' },
        h('caption', { class: 'unseen' }, `Outcomes by ${this.row || 'all'} and ${this.column || 'all'}`),
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, corner), ...columns.map((name) => h('th', { scope: 'col' }, name)))),
        h(
          'tbody',
          {},
          ...rows.map((name, i) => h('tr', {}, h('th', { scope: 'row' }, name), ...columns.map((column, j) => h('td', {}, this.cell(cells[i]![j]!, name, column))))),
        ),
      ),
    );
  }

  private cell(cell: Cell | null, row: string, column: string): HTMLElement | null {
    if (!cell) return null;
    const kind = standing(cell);
    const bad = cell.failed + cell.errors;
    const where = [this.row && `${this.row}=${row}`, this.column && `${this.column}=${column}`].filter(Boolean).join(' ') || 'all runs';
    const words = `${where}: ${kind === 'none' ? 'not run' : kind}, ${bad} of ${counted(allOf(cell), 'run')} failed, ${cell.unknown} unknown, ${cell.flagged} flagged`;
    return h(
      'button',
      { type: 'button', class: `cell ${kind}`, 'aria-label': words, title: words, onclick: () => this.open(cell.combinations, where) },
      `${kMarks[kind]} `,
      bad > 0 ? `${grouped(bad)}/${grouped(allOf(cell))}` : grouped(allOf(cell)),
      cell.flagged > 0 ? ` ⚑${grouped(cell.flagged)}` : '',
    );
  }
}
