// The page of one run.
import type { Run } from '../data/run';
import { brokenProperties } from '../model/violations';
import { charts } from './charts';
import { h } from './dom';
import { configuration, cost, exercised } from './facts';
import { staleness } from './staleness';
import { Timeline } from './timeline';
import { properties, verdict } from './verdict';
import { violations } from './violations';

export function showRun(app: HTMLElement, run: Run): void {
  const broken = brokenProperties(run);
  const timeline = new Timeline(run, broken.flatMap(({ told }) => told));
  const parts = [
    properties(run),
    violations(broken, ({ places, violation, property, number }) =>
      timeline.show(places, `${violation.anomaly} (${property} #${number})`),
    ),
    run.ops.count > 0 ? timeline.element : null,
    run.ops.count > 0 ? charts(run) : null,
    staleness(run),
    exercised(run),
    cost(run),
    configuration(run),
  ].filter((part) => part !== null);
  app.replaceChildren(
    h('a', { class: 'skip', href: '#main' }, 'Skip to the report'),
    verdict(run),
    h(
      'nav',
      { 'aria-label': 'Parts of the report' },
      ...parts.map((part) => h('a', { href: `#${part.id}` }, part.querySelector('h2')!.textContent)),
    ),
    h('main', { id: 'main', tabindex: -1 }, ...parts),
  );
}
