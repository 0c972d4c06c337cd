// Every run of a campaign, to filter.
import { outcomeOf, type Campaign, type CampaignRun } from '../data/campaign';
import { digits, grouped } from '../model/format';
import { runLink } from './campaign_page';
import { h, section, table } from './dom';

const kMostRows = 300;

export class RunList {
  readonly element: HTMLElement;
  private readonly rows = h('div', {});
  private readonly status = h('p', { role: 'status', class: 'muted' });
  private readonly everything = h('button', { type: 'button', hidden: true, onclick: () => this.only(null, '') }, 'All combinations');
  private combinations: Set<number> | null = null;
  private words = '';
  private outcome = '';
  private text = '';

  constructor(private readonly campaign: Campaign) {
    const outcomes = [...new Set(campaign.runs.map((run) => outcomeOf(run['exit-code'])))];
    this.element = section(
      'runs',
      'Runs',
      h(
        'div',
        { class: 'controls' },
        h('label', {}, 'Outcome', h('select', { onchange: (e) => this.set(() => (this.outcome = (e.target as HTMLSelectElement).value)) }, h('option', { value: '' }, 'every'), ...outcomes.map((o) => h('option', { value: o }, o)))),
        h('label', {}, 'Combination, words', h('input', { type: 'search', placeholder: 'r=2 kill', oninput: (e) => this.set(() => (this.text = (e.target as HTMLInputElement).value)) })),
        this.everything,
      ),
      this.status,
      this.rows,
    );
    this.draw();
  }

  /** Shows the runs of these combinations. */
  only(combinations: number[] | null, words: string): void {
    this.combinations = combinations && new Set(combinations);
    this.words = words;
    this.everything.hidden = combinations === null;
    this.draw();
    if (combinations) {
      this.element.scrollIntoView();
      this.status.tabIndex = -1;
      this.status.focus({ preventScroll: true });
    }
  }

  private set(change: () => void): void {
    change();
    this.draw();
  }

  private textOf(run: CampaignRun): string {
    return run.combination < 0 ? 'a planted bug' : this.campaign.summary.combinations[run.combination]!.text;
  }

  private matches(run: CampaignRun): boolean {
    if (run.kind === 'canary') return false; // they have a part of their own
    if (this.combinations && !this.combinations.has(run.combination)) return false;
    if (this.outcome && outcomeOf(run['exit-code']) !== this.outcome) return false;
    const words = this.text.toLowerCase().split(/\s+/).filter(Boolean);
    const whole = `${this.textOf(run)} ${run.run} ${run.sentence}`.toLowerCase();
    return words.every((word) => whole.includes(word));
  }

  private draw(): void {
    const found = this.campaign.runs.filter((run) => this.matches(run));
    const where = this.words ? ` of ${this.words}` : '';
    const cut = found.length > kMostRows ? `; the first ${kMostRows} are here` : '';
    this.status.textContent = `${grouped(found.length)} runs${where}${cut}`;
    this.rows.replaceChildren(
      table(
        ['run', 'outcome', 'combination', 'flagged', 'operations', 'took', 'why'],
        found.slice(0, kMostRows).map((run) => [
          runLink(run.run, run.whole === true),
          h('span', { class: `outcome ${outcomeOf(run['exit-code'])}` }, outcomeOf(run['exit-code'])),
          this.textOf(run),
          run.flagged.join(', '),
          grouped(run.operations),
          `${digits(run['total-s'])} s`,
          run['exit-code'] === 0 ? '' : run.sentence,
        ]),
        { caption: 'Runs', numbers: [4, 5] },
      ),
    );
  }
}
