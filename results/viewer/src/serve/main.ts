// The page of `quorate serve`: which of its pages is shown, and what stands around it.
import '../style.css';
import './serve.css';
import { grouped } from '../model/format';
import { h } from '../view/dom';
import { ask, type CampaignList } from './api';
import { campaignPage } from './campaign_page';
import { campaignsPage } from './campaigns_page';
import { comparePage } from './compare_page';
import { failure, type Shown } from './parts';
import { addressOf, routeOf } from './route';
import { runsPage } from './runs_page';

const kPages: Record<string, (parameters: URLSearchParams) => Shown> = {
  runs: runsPage,
  campaigns: campaignsPage,
  campaign: campaignPage,
  compare: comparePage,
};

const main = h('main', { id: 'main', tabindex: -1 });
const folder = h('p', { class: 'brand' }, 'Quorate');
const links = { runs: h('a', { href: addressOf('runs') }, 'Runs'), campaigns: h('a', { href: addressOf('campaigns') }, 'Campaigns') };
let shown: Shown | null = null;

function show(): void {
  shown?.stop?.();
  const { page, parameters } = routeOf(location.hash);
  const make = kPages[page];
  shown = make ? make(parameters) : { title: 'Nothing', element: failure(`There is no page ${page}.`) };
  document.title = `${shown.title} – Quorate`;
  for (const [name, link] of Object.entries(links)) {
    link.toggleAttribute('aria-current', name === page || (name === 'campaigns' && page === 'campaign'));
  }
  main.replaceChildren(shown.element);
  document.documentElement.dataset['ready'] = page;
}

async function tellFolder(): Promise<void> {
  const told = await ask<CampaignList>('/api/campaigns').catch(() => null);
  if (told === null) return;
  folder.replaceChildren(h('strong', {}, 'Quorate'), ` · ${told.folder}`);
  links.runs.textContent = `Runs (${grouped(told.runs)})`;
  links.campaigns.textContent = `Campaigns (${grouped(told.campaigns.length)})`;
}

document.getElementById('app')!.append(
  h('a', { class: 'skip', href: '#main', onclick: (event) => { event.preventDefault(); main.focus(); } }, 'Skip to the list'),
  h('header', { class: 'top' }, folder, h('nav', { 'aria-label': 'Pages of Quorate' }, links.runs, links.campaigns)),
  main,
);
window.addEventListener('hashchange', () => {
  show();
  void tellFolder();
  main.focus({ preventScroll: true }); // as if a page had been loaded
  window.scrollTo(0, 0);
});
show();
void tellFolder();
