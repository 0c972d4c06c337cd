#!/usr/bin/env python3
"""The closed form of Probabilistically Bounded Staleness (Bailis et al., VLDB 2012, eq. 1) beside real nodes.

  bench/pbs/closed_form.py [--reads 100000] [--rows 3,1,1 5,2,2 ...]

For each row N,R,W: reads of a key that one sequential writer writes, with clock versions, `--fan-out exact`, no read repair,
hints, rumours or anti-entropy; and the share that sees one of the k latest versions, beside 1 - (C(N-W,R) / C(N,R))^k.
A share is confirmed if its interval lies within one point of the prediction. The intervals hold for all shares of all rows
together, at 99.9 % (Bonferroni), and allow for reads of a key that follow each other being alike (means of blocks).
Exit 0 if all are confirmed, else 1.
"""
import argparse
import contextlib
import math
import statistics
import sys

from probe_run import probe_run, progress

ROWS = [(2, 1, 1), (3, 1, 1), (3, 1, 2), (3, 2, 1), (5, 1, 1), (5, 1, 2), (5, 2, 1), (5, 1, 3), (5, 1, 4), (5, 2, 2),
        (5, 2, 3), (7, 3, 3), (3, 2, 2)]
VERSIONS = [1, 2, 3, 5, 10]
MARGIN = 0.01
CONFIDENCE = 0.999
BLOCK = 100  # successive reads of one key


def predicted(n, r, w, k):
    return 1 - (math.comb(n - w, r) / math.comb(n, r)) ** k


def blocks_of(probes):
    """The reads of each key, in pieces of BLOCK."""
    by_key = {}
    for probe in probes:
        by_key.setdefault(probe.key, []).append(probe.k)
    for reads in by_key.values():
        for begin in range(0, len(reads) - BLOCK + 1, BLOCK):
            yield reads[begin:begin + BLOCK]


def share_within(blocks, k):
    """The share of reads within k versions, and its standard error."""
    means = [sum(seen <= k for seen in block) / BLOCK for block in blocks]
    return statistics.fmean(means), statistics.stdev(means) / math.sqrt(len(means))


def measure(n, r, w, reads):
    run = probe_run({"nodes": n, "r": r, "w": w, "version-scheme": "clock", "read-mode": "none", "fan-out": "exact",
                     "durability": "none", "probe-delay": "1ms", "concurrency": 32, "time": "600s",
                     "max-operations": int(2.05 * reads) + 5000})
    return list(blocks_of(run.probes))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reads", type=int, default=100_000)
    parser.add_argument("--rows", nargs="*", default=None, metavar="N,R,W")
    wanted = parser.parse_args()
    rows = [tuple(map(int, row.split(","))) for row in wanted.rows] if wanted.rows else ROWS
    tests = len(rows) * len(VERSIONS)
    z = statistics.NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / tests / 2)
    print(f"{'N,R,W':8}{'reads':>8}" + "".join(f"{f'k={k}: measured - predicted':>32}" for k in VERSIONS))
    confirmed = 0
    for number, (n, r, w) in enumerate(rows):
        progress(f"row {number + 1} of {len(rows)}: {n},{r},{w}")
        blocks = measure(n, r, w, wanted.reads)
        progress()
        cells = []
        for k in VERSIONS:
            share, error = share_within(blocks, k)
            apart = share - predicted(n, r, w, k)
            good = abs(apart) + z * error <= MARGIN
            confirmed += good
            cells.append(f"{share:.4f} {apart * 100:+.2f} ± {z * error * 100:.2f} {'ok' if good else 'NOT'}")
        print(f"{f'{n},{r},{w}':8}{len(blocks) * BLOCK:>8}" + "".join(f"{cell:>32}" for cell in cells), flush=True)
    print(f"{confirmed} of {tests} shares within {MARGIN * 100:g} point of the closed form, at {CONFIDENCE:.1%} together")
    return 0 if confirmed == tests else 1


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
