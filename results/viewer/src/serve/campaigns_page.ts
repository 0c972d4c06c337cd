// The campaigns, and how far each is.
import { grouped } from '../model/format';
import { h } from '../view/dom';
import { ask, encoded, type Campaign, type CampaignList } from './api';
import { everyFew, failure, hint, list, type Shown } from './parts';
import { addressOf } from './route';
import { all, since } from './words';

const kSummedUp = 30; // reading a ledger takes a while

export function campaignsPage(): Shown {
  const element = h('section', { 'aria-label': 'Campaigns' }, hint('Looking …'));
  const sums = new Map<string, { changed: number; sum: Campaign['sum'] }>();
  let shown = '';
  let stopped = false;

  const show = ({ campaigns }: CampaignList): void => {
    const rows = campaigns.map(({ path, stopped: ended, 'changed-ms': changed }) => {
      const sum = sums.get(path)?.sum;
      const done = sum ? all(sum.runs) : 0;
      return [
        h('a', { href: addressOf('campaign', { path }), 'data-of': path }, path || '(this folder)'),
        ended ? 'stopped' : 'goes on',
        sum ? `${grouped(done)}${sum.planned > 0 ? ` of ${grouped(sum.planned)}` : ''}` : '',
        sum?.sentence ?? '',
        since(changed, Date.now()),
      ];
    });
    const text = JSON.stringify(rows.map((row) => row.map((part) => (typeof part === 'string' ? part : part.textContent))));
    if (text === shown) return;
    shown = text;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset['of'] : undefined;
    element.replaceChildren(
      rows.length ? list('Campaigns', ['campaign', 'state', 'runs', 'so far', 'last run'], rows, [2]) : hint('No campaign here: quorate campaign makes one.'),
    );
    if (focused !== undefined) element.querySelector<HTMLElement>(`[data-of="${CSS.escape(focused)}"]`)?.focus();
  };

  const look = async (): Promise<void> => {
    try {
      const found = await ask<CampaignList>('/api/campaigns');
      show(found);
      for (const { path, 'changed-ms': changed } of found.campaigns.slice(0, kSummedUp)) {
        if (stopped) return;
        if (sums.get(path)?.changed === changed) continue;
        const told = await ask<Campaign>(`/api/campaign/${encoded(path)}`).catch(() => null);
        if (told) sums.set(path, { changed, sum: told.sum });
        show(found);
      }
    } catch (error) {
      shown = '';
      element.replaceChildren(failure(error));
    }
  };
  void look();
  const stop = everyFew(3, look);
  return { title: 'Campaigns', element, stop: () => { stopped = true; stop(); } };
}
