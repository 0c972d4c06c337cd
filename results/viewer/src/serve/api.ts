// What the server answers (docs/serving_results.md).
import type { Summary } from '../data/campaign';

export interface ListedRun {
  path: string;
  outcome: string;
  sentence: string;
  started: string;
  configuration: Record<string, unknown>;
  broken: string[];
  flagged: string[];
  operations: number;
  'stale-share': number;
  'total-s': number;
  campaign?: string;
}

export interface RunList {
  all: number;
  matching: number;
  page: number;
  size: number;
  'cut-off': boolean;
  runs: ListedRun[];
  outcomes?: Record<string, number>; // missing while the server has not read all of them
}

export interface CampaignList {
  folder: string;
  runs: number;
  campaigns: { path: string; 'changed-ms': number; stopped: boolean }[];
}

export interface LedgerRecord {
  run: string;
  kind: string;
  number: number;
  combination: number;
  outcome: string;
  'exit-code': number;
  sentence: string;
  operations: number;
  'total-s': number;
  ended: string;
}

export interface Campaign {
  path: string;
  sum: Summary;
  last: LedgerRecord[];
  records: number;
  unreadable: number;
  stopped: boolean;
  'ledger-end': number;
}

export interface ComparedRow<T = unknown> {
  name: string;
  a: T;
  b: T;
  same: boolean;
}

export interface ComparedProperty {
  standing: string;
  promised: boolean;
  violations: number | null;
}

export interface Comparison {
  a: { path: string; outcome: string; sentence: string | null };
  b: { path: string; outcome: string; sentence: string | null };
  configuration: ComparedRow[];
  environment: ComparedRow[];
  properties: ComparedRow<ComparedProperty | null>[];
  numbers: ComparedRow<number | null>[];
}

/** A path of the results folder in an address. */
export const encoded = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
export const reportOf = (path: string): string => `/report/${encoded(path ? `${path}/` : '')}report.html`;
export const fileOf = (path: string): string => `/files/${encoded(path)}`;

/** Fails with the server's own words. */
export async function ask<T>(address: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(address, signal ? { signal } : {});
  const json: unknown = await answer.json().catch(() => null);
  if (!answer.ok) {
    const told = (json as { error?: unknown } | null)?.error;
    throw new Error(typeof told === 'string' ? told : `${answer.status} ${answer.statusText}`);
  }
  return json as T;
}
