// Takes what arrives, and shows it as its kind asks.
import { embedded } from './data/arrival';
import { unpack, type Packed } from './data/packed';
import { runOf } from './data/run';
import './style.css';
import { h } from './view/dom';
import { showRun } from './view/run_page';

// Another page, such as a campaign's, is another entry here.
const kViews: Record<string, (app: HTMLElement, packed: Packed) => void> = {
  run: (app, packed) => showRun(app, runOf(packed)),
};

// The page's address may name a violation, which may be folded: #latest-4.
function showNamed(id: string): void {
  const element = id === '' ? null : document.getElementById(id);
  for (let at = element?.parentElement; at; at = at.parentElement) {
    if (at instanceof HTMLDetailsElement) at.open = true;
  }
  element?.scrollIntoView();
}

async function start(app: HTMLElement): Promise<void> {
  const bytes = await embedded(document);
  if (!bytes) throw new Error('this page holds no run; quorate report RUN writes one that does');
  const packed = unpack(bytes);
  const kind = String(packed.head['kind']);
  const view = kViews[kind];
  if (!view) throw new Error(`this page cannot show a ${kind}`);
  view(app, packed);
  showNamed(location.hash.slice(1));
  document.documentElement.dataset['ready'] = String(Math.round(performance.now()));
}

const app = document.getElementById('app')!;
start(app).catch((error: unknown) => {
  app.replaceChildren(
    h('p', { class: 'notice', role: 'alert' }, `This report cannot be shown: ${error instanceof Error ? error.message : error}`),
  );
});
