#!/usr/bin/env python3
"""How fresh reads are t after a write, on real nodes over slow links, beside what WARS predicts (Bailis et al., VLDB 2012, section 5).

  bench/pbs/t_visibility.py [--seconds 120] [--delay 'exponential(5ms)'] [--rows 3,1,1 3,1,2 3,2,1]

All links between nodes are slowed down by the packet emulator. The prediction is fed with the delays that the run measured: how
long records were on their way, and round trips. It is of a coordinator that is no replica, and of a read through another one than
the write; only such probes are looked at. Printed: shares by t, and the root of the mean squared difference (RMSE).
"""
import argparse
import bisect
import contextlib
import json
import math
import random
import statistics
import sys
import tempfile

from probe_run import probe_run, progress

NODES = 12
TRIALS = 200_000
# Of the time between the write's answer and the read's request, milliseconds: [first, second), ...
STEPS_MS = [0, 0.5, 1, 2, 3, 4, 6, 8, 11, 15, 20]


def measured_delays(marks, coordinators_of):
    """Samples in ns of W, A, R, S over all pairs of a coordinator and another node, as the links are all alike.

    W is what was seen; A has its shape, and the mean that is left of the round trips; R and S have it too, each with half
    the mean of the round trips of reads.
    """
    ways, writes, reads = [], [], []
    for coordinator, nodes in marks["way-times"].items():
        for node, samples in nodes.items():
            if coordinator not in coordinators_of:
                continue
            trips = marks["message-delays"].get(coordinator, {}).get(node)
            if not trips:
                continue
            ways += samples
            writes += trips["writes_ns"]
            reads += trips["reads_ns"]
    way, write, read = map(statistics.fmean, (ways, writes, reads))
    scaled = lambda mean: [sample * mean / way for sample in ways]
    return ways, scaled(max(0, write - way)), scaled(read / 2), scaled(read / 2)


def wars(delays, sizes, trials, seed=1):
    """Per trial the least t (ns since the commit) from which on a read is fresh, ascending."""
    n, r, w = sizes
    draw = random.Random(seed)
    writes, acks, asks, answers = delays
    fresh_from = []
    for _ in range(trials):
        out = [draw.choice(writes) for _ in range(n)]
        committed = sorted(x + draw.choice(acks) for x in out)[w - 1]
        ways = [(draw.choice(asks), draw.choice(answers)) for _ in range(n)]
        first = sorted(range(n), key=lambda i, ways=ways: sum(ways[i]))[:r]
        fresh_from.append(min(out[i] - ways[i][0] for i in first) - committed)
    fresh_from.sort()
    return fresh_from


def share_fresh(fresh_from, t_ns):
    return bisect.bisect_right(fresh_from, t_ns) / len(fresh_from)


def measure(sizes, seconds, delay):
    n, r, w = sizes
    with tempfile.NamedTemporaryFile("w", suffix=".json") as plan:
        fault = f"slow-links:delay={delay}:links=all"
        json.dump({"steps": [{"at_us": 0, "do": "inject", "fault": fault}]}, plan)
        plan.flush()
        return probe_run({"nodes": NODES, "n": n, "r": r, "w": w, "version-scheme": "clock", "read-mode": "none",
                          "durability": "none", "probe-delay": "20ms", "concurrency": NODES, "time": f"{seconds}s",
                          "timeout": "5s", "plan": plan.name})


def fresh_between(probes, low_ms, high_ms):
    chosen = [probe for probe in probes if low_ms * 1e6 <= probe.waited_ns < high_ms * 1e6]
    return [probe.k == 1 for probe in chosen], [probe.waited_ns for probe in chosen]


def in_the_model(run):
    """Probes whose coordinators are two, and hold nothing of the key."""
    for probe in run.probes:
        replicas = run.replicas[probe.key]
        if probe.writer != probe.reader and not {probe.writer, probe.reader} & replicas:
            yield probe


def report(sizes, run):
    """Prints a row a step; gives the differences."""
    probes = list(in_the_model(run))
    fresh_from = wars(measured_delays(run.marks, {f"n{i + 1}" for i in range(NODES)}), sizes, TRIALS)
    print(f"N,R,W = {','.join(map(str, sizes))}: {len(probes)} reads")
    differences = []
    for low, high in zip(STEPS_MS, STEPS_MS[1:]):
        fresh, waited = fresh_between(probes, low, high)
        if not fresh:
            continue
        share = statistics.fmean(fresh)
        error = 1.96 * math.sqrt(max(share * (1 - share), 1 / len(fresh)) / len(fresh))
        predicted = statistics.fmean(share_fresh(fresh_from, t) for t in waited)
        differences.append(share - predicted)
        print(f"  t {low:>4} to {high:>4} ms {len(fresh):>7} reads  fresh {share:7.2%} ± {error:.2%}  "
              f"predicted {predicted:7.2%}  {(share - predicted) * 100:+.2f}")
    print(f"  RMSE {rmse(differences):.2f} points", flush=True)
    return differences


def rmse(differences):
    return 100 * math.sqrt(statistics.fmean(d * d for d in differences))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--delay", default="exponential(5ms)")
    parser.add_argument("--rows", nargs="*", default=["3,1,1", "3,1,2", "3,2,1"], metavar="N,R,W")
    wanted = parser.parse_args()
    differences = []
    for number, row in enumerate(wanted.rows):
        sizes = tuple(map(int, row.split(",")))
        progress(f"row {number + 1} of {len(wanted.rows)}: {row}")
        run = measure(sizes, wanted.seconds, wanted.delay)
        progress()
        differences += report(sizes, run)
    print(f"RMSE over all: {rmse(differences):.2f} points")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(main())
