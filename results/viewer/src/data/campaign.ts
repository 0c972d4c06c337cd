// A campaign as results/report/campaign_report.cpp writes it.
import type { Packed } from './packed';

export interface Counts {
  passed: number;
  failed: number;
  unknown: number;
  errors: number;
}

export interface CombinationSum {
  text: string;
  axes: Record<string, unknown>;
  runs: Counts;
  repeats: Counts;
  flagged: Record<string, number>; // property -> runs in which it broke, and was not promised
  operations: number;
}

export interface Group {
  anomaly: string;
  promised: string;
  faults: string;
  failed: number;
  'of-runs': number;
  repeats: number;
  'repeats-failed': number;
  kept: string[];
  sentence: string;
  combinations: { combination: number; failed: number }[];
}

export interface CampaignRun {
  run: string;
  kind: 'planned' | 'repeat' | 'canary';
  number: number;
  combination: number; // -1: a canary
  seed: string;
  outcome: string;
  'exit-code': number;
  sentence: string;
  flagged: string[];
  operations: number;
  'total-s': number;
  ended: string;
  whole?: boolean;
}

export interface Trend extends Counts {
  folder: string;
  started: string;
  flagged: number;
  'exit-code': number;
}

/** A campaign's results.json. */
export interface Summary {
  name: string;
  sentence: string;
  'exit-code': number;
  planned: number;
  runs: Counts;
  repeats: Counts;
  canaries: { run: number; missed: string[] };
  'load-s': number;
  'total-s': number;
  groups: Group[];
  combinations: CombinationSum[];
}

export interface Campaign {
  folder: string;
  summary: Summary;
  runs: CampaignRun[];
  trend: Trend[];
  skipped: { text: string; reason: string }[];
  environment: Record<string, unknown>;
  seed: string;
  shard: [number, number];
  file: Record<string, unknown>;
}

export function campaignOf({ head }: Packed): Campaign {
  return head as unknown as Campaign;
}

/** The word for an exit code. */
export function outcomeOf(code: number): string {
  return { 0: 'pass', 1: 'violation', 2: 'unknown' }[code] ?? 'harness-error';
}
