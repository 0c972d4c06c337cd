// A campaign while it runs: its sum, kept up to date by a stream of events.
import { ask, encoded, type Campaign, type LedgerRecord } from './api';

const kBetweenSums = 1000; // ms
const kMostRuns = 100;

export type Link = 'live' | 'lost' | 'broken';

export interface Live {
  campaign: Campaign;
  last: LedgerRecord[]; // the latest first
  link: Link;
}

/** Counts a run that just ended, until the server's own sum comes. */
export function counting(campaign: Campaign, record: LedgerRecord): Campaign {
  if (record.kind !== 'planned') return { ...campaign, records: campaign.records + 1 };
  const code = record['exit-code'];
  const name = code === 0 ? 'passed' : code === 1 ? 'failed' : code === 2 ? 'unknown' : 'errors';
  const runs = { ...campaign.sum.runs, [name]: campaign.sum.runs[name] + 1 };
  return { ...campaign, records: campaign.records + 1, sum: { ...campaign.sum, runs } };
}

/** Calls `show` with every change until the function that it returns is called. */
export function follow(path: string, show: (live: Live) => void, fail: (error: unknown) => void): () => void {
  let stream: EventSource | null = null;
  let live: Live | null = null;
  let timer = 0;
  let stopped = false;

  const change = (part: Partial<Live>): void => {
    if (live === null || stopped) return;
    live = { ...live, ...part };
    show(live);
  };
  const sumUp = (): void => {
    if (timer !== 0) return;
    timer = window.setTimeout(async () => {
      const campaign = await ask<Campaign>(`/api/campaign/${encoded(path)}`).catch(() => null);
      timer = 0;
      if (campaign) change({ campaign, last: campaign.last.slice().reverse() });
    }, kBetweenSums);
  };
  const listen = (from: number): void => {
    stream = new EventSource(`/api/events/${encoded(path)}?from=${from}`);
    stream.addEventListener('open', () => change({ link: 'live' }));
    stream.addEventListener('error', () => change({ link: stream?.readyState === EventSource.CLOSED ? 'broken' : 'lost' }));
    stream.addEventListener('run', (event) => {
      if (live === null) return;
      const record = JSON.parse((event as MessageEvent<string>).data) as LedgerRecord;
      change({ campaign: counting(live.campaign, record), last: [record, ...live.last].slice(0, kMostRuns) });
      sumUp();
    });
    stream.addEventListener('state', (event) => {
      const { stopped: ended } = JSON.parse((event as MessageEvent<string>).data) as { stopped: boolean };
      if (live) change({ campaign: { ...live.campaign, stopped: ended } });
    });
    stream.addEventListener('anew', sumUp);
    stream.addEventListener('broken', () => {
      stream?.close();
      change({ link: 'broken' });
    });
  };
  ask<Campaign>(`/api/campaign/${encoded(path)}`).then((campaign) => {
    if (stopped) return;
    live = { campaign, last: campaign.last.slice().reverse(), link: 'lost' };
    show(live);
    listen(campaign['ledger-end']);
  }, fail);
  return () => {
    stopped = true;
    stream?.close();
    clearTimeout(timer);
  };
}
