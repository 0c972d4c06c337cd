// Runs and campaigns in few words.
import { grouped, percent } from '../model/format';
import type { Counts } from '../data/campaign';
import type { ListedRun } from './api';

/** "n=5 r=2 w=2, register, kill + partition": what sets a run apart at a glance. */
export function configurationOf(configuration: Record<string, unknown>): string {
  const number = (name: string) => (name in configuration ? `${name}=${String(configuration[name])}` : '');
  const quorum = ['n', 'r', 'w'].map(number).filter(Boolean).join(' ');
  const nemesis = configuration['nemesis'];
  const faults = Array.isArray(nemesis) && nemesis.length > 0 ? nemesis.join(' + ') : 'no faults';
  return [quorum, configuration['workload'], configuration['read-mode'], faults].filter(Boolean).join(', ');
}

export function staleOf(run: ListedRun): string {
  return run['stale-share'] > 0 ? percent(run['stale-share']) : '';
}

/** "3 min ago", "2026-11-26": whichever says more. */
export function since(then_ms: number, now_ms: number): string {
  const seconds = Math.max(0, (now_ms - then_ms) / 1000);
  if (!Number.isFinite(then_ms)) return '';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return new Date(then_ms).toISOString().slice(0, 10);
}

export const all = (counts: Counts): number => counts.passed + counts.failed + counts.unknown + counts.errors;

/** Whatever JSON holds, as it would be written on a command line. */
export function cell(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.length ? value.map(cell).join(', ') : 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A measure: "12 345", "0.02694". */
export function measure(value: unknown): string {
  if (typeof value !== 'number') return cell(value);
  return grouped(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}
