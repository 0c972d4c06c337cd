// The page of a campaign: what failed and how often, the matrix of its configurations, every run.
import { outcomeOf, type Campaign, type CampaignRun, type Group } from '../data/campaign';
import { counted, duration, grouped, percent } from '../model/format';
import { allOf } from '../model/matrix';
import { chart } from './chart';
import { RunList } from './campaign_runs';
import { CampaignMatrix } from './campaign_matrix';
import { facts, h, more, section, table } from './dom';

const kMeaning: Record<string, string> = {
  pass: 'Every run was as it must be.',
  violation: 'Some runs broke what they promise, or did not break what they must.',
  unknown: 'Some runs could not tell.',
  'harness-error': 'The harness failed, or did not find a bug that was planted for it: a pass means little.',
};

export function showCampaign(app: HTMLElement, campaign: Campaign): void {
  const { summary } = campaign;
  const runs = new RunList(campaign);
  const matrix = new CampaignMatrix(campaign, (combinations, words) => runs.only(combinations, words));
  const parts = [
    failures(campaign),
    matrix.element,
    runs.element,
    trend(campaign),
    canaries(campaign),
    configuration(campaign),
  ].filter((part) => part !== null);
  const outcome = outcomeOf(summary['exit-code']);
  app.replaceChildren(
    h('a', { class: 'skip', href: '#main' }, 'Skip to the report'),
    h(
      'header',
      { class: `verdict ${outcome}` },
      h('p', { class: 'brand' }, `Quorate · campaign ${summary.name}`),
      h('h1', {}, h('span', { class: 'badge' }, outcome), ' ', summary.sentence),
      h('p', { class: 'meaning' }, kMeaning[outcome]!),
      h('p', { class: 'configuration' }, configurationOf(campaign)),
      ...notices(campaign),
    ),
    h(
      'nav',
      { 'aria-label': 'Parts of the report' },
      ...parts.map((part) => h('a', { href: `#${part.id}` }, part.querySelector('h2')!.textContent)),
    ),
    h('main', { id: 'main', tabindex: -1 }, ...parts),
  );
}

function configurationOf({ summary, seed, shard, environment }: Campaign): string {
  const done = allOf(summary.runs);
  return [
    summary.planned > 0 ? `${grouped(done)} of ${counted(summary.planned, 'planned run')}` : counted(done, 'run'),
    counted(summary.combinations.length, 'combination'),
    `${duration(summary['load-s'] * 1e9)} of load`,
    shard[1] > 1 ? `shard ${shard[0]} of ${shard[1]}` : '',
    `seed ${seed}`,
    typeof environment['started'] === 'string' ? `begun ${environment['started']}` : '',
  ].filter(Boolean).join(' · ');
}

function notices({ summary, skipped }: Campaign): HTMLElement[] {
  const texts: string[] = [];
  const { run, missed } = summary.canaries;
  if (missed.length > 0) texts.push(`${missed.length} of ${counted(run, 'canary run')} did not find the planted bug.`);
  if (skipped.length > 0) texts.push(`${counted(skipped.length, 'combination')} that no run can mean: ${skipped[0]!.text} (${skipped[0]!.reason})`);
  return texts.map((text) => h('p', { class: 'notice', role: 'note' }, text));
}

export function runLink(run: string, whole: boolean): HTMLElement | string {
  return whole ? h('a', { href: `runs/${run}/report.html` }, run) : run;
}

function failures({ summary }: Campaign): HTMLElement {
  const article = (group: Group) => {
    const share = group['of-runs'] > 0 ? ` (${percent(group.failed / group['of-runs'])})` : '';
    return h(
      'article',
      { class: 'violation' },
      h('h3', {}, group.anomaly),
      h('p', {}, group.sentence),
      facts([
        ['configuration', group.promised],
        ['faults', group.faults],
        ['failed', `${grouped(group.failed)} of ${counted(group['of-runs'], 'run')}${share} of its ${counted(group.combinations.length, 'combination')}`],
        ['tried again with the same seed', group.repeats ? `failed ${group['repeats-failed']} of ${group.repeats} times` : 'no'],
        ['the smallest, kept whole', group.kept.flatMap((run, i) => [i ? ' ' : '', runLink(run, true)])],
      ]),
      more(
        'In which combinations',
        table(['combination', 'failed'], group.combinations.map(({ combination, failed }) => [summary.combinations[combination]!.text, grouped(failed)]), {
          caption: `Combinations with ${group.anomaly}`,
          numbers: [1],
        }),
      ),
    );
  };
  return section(
    'failures',
    'Failures',
    ...(summary.groups.length ? summary.groups.map(article) : [h('p', {}, 'Nothing failed.')]),
  );
}

function trend({ trend: all, folder }: Campaign): HTMLElement | null {
  if (all.length < 2) return null;
  const here = folder.split('/').pop();
  const share = (of: number, whole: number) => (whole > 0 ? of / whole : null);
  return section(
    'trend',
    'Campaigns of this name',
    chart({
      title: 'From campaign to campaign',
      about: 'share of the runs that failed, that could not tell, and that were flagged as expected',
      x: all.map((_, i) => i),
      xText: (x) => (Number.isInteger(x) ? (all[x]?.started.slice(0, 10) ?? '') : ''),
      yText: percent,
      range: [0, 1],
      lines: [
        { label: 'failed', colour: 'bad', values: all.map((t) => share(t.failed + t.errors, allOf(t))), show: percent },
        { label: 'unknown', colour: 'warn', values: all.map((t) => share(t.unknown, allOf(t))), show: percent, dash: [4, 4] },
        { label: 'flagged', colour: 'fault', values: all.map((t) => share(t.flagged, allOf(t))), show: percent, dash: [2, 2] },
      ],
    }),
    table(
      ['campaign', 'begun', 'outcome', 'runs', 'failed', 'unknown', 'flagged'],
      all.map((t) => [
        t.folder === here ? `${t.folder} (this)` : h('a', { href: `../${t.folder}/report.html` }, t.folder),
        t.started,
        h('span', { class: `outcome ${outcomeOf(t['exit-code'])}` }, outcomeOf(t['exit-code'])),
        grouped(allOf(t)),
        grouped(t.failed + t.errors),
        grouped(t.unknown),
        grouped(t.flagged),
      ]),
      { caption: 'Campaigns of this name', numbers: [3, 4, 5, 6] },
    ),
  );
}

function canaries({ summary, runs }: Campaign): HTMLElement | null {
  const all = runs.filter(({ kind }) => kind === 'canary');
  if (all.length === 0) return null;
  const found = (run: CampaignRun) => run.outcome === 'violation';
  return section(
    'canaries',
    'Canaries',
    h('p', {}, `A run on nodes with a planted bug, in between: it was found ${all.filter(found).length} of ${all.length} times.`),
    more(
      'Each of them',
      table(['run', 'found', 'why'], all.map((run) => [runLink(run.run, run.whole === true), found(run) ? 'yes' : 'NO', run.sentence]), { caption: `Canaries of ${summary.name}` }),
    ),
  );
}

function configuration({ file, environment, folder, skipped }: Campaign): HTMLElement {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return section(
    'configuration',
    'Configuration',
    h('pre', { tabindex: 0 }, JSON.stringify(file, null, 2)),
    skipped.length
      ? more('Combinations that no run can mean', table(['combination', 'why'], skipped.map(({ text: words, reason }) => [words, reason])))
      : null,
    table(['what', 'value'], Object.entries({ folder, ...environment }).map(([name, value]) => [name, text(value)]), { caption: 'Environment' }),
  );
}
