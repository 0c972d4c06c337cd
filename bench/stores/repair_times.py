#!/usr/bin/env python3
"""How long replicas disagree after one of them missed writes, with each repair mechanism alone; and what a start costs.

  bench/stores/repair_times.py [--rounds 5] [--records 100000] [--missed 1000]

Five nodes hold all records; one is killed, misses writes, and comes back. Measured: from when it votes again until it
holds the newest version of all that it missed.
"""
import argparse
import statistics
import time

from local_nodes import Nodes, Resp, answers, program, progress, resident_mib, wait_until

OFF = ["--hinted-handoff", "off", "--anti-entropy-interval", "off"]
MECHANISMS = {
    "hinted handoff": ["--hinted-handoff", "on", "--anti-entropy-interval", "off"],
    "rumours, every 50 ms": [*OFF, "--rumour-interval", "50ms"],
    "anti-entropy, on demand": OFF,
    "read repair (async), each key read": [*OFF, "--read-mode", "async"],
}
VALUE = "x" * 100


def pipelined(connection, requests):
    replies = []
    for start in range(0, len(requests), 500):
        part = requests[start:start + 500]
        for words in part:
            connection.send(*words)
        replies += [connection.read() for _ in part]
    return replies


def load(port, records):
    """Writes `records` records of 100 bytes; every key is there once."""
    connection = Resp(port)
    for start in range(0, records, 500):
        keys = range(start, min(start + 500, records))
        connection.socket.sendall(b"".join(
            b"*3\r\n$3\r\nSET\r\n$11\r\nkey:%07d\r\n$100\r\n%s\r\n" % (i, VALUE.encode())
            for i in keys))
        for _ in keys:
            answer = connection.read()
            if answer != "OK":
                raise SystemExit(f"a record could not be written: {answer}")
    connection.close()


def versions_at(node, keys, epoch):
    """The versions that this replica holds, in the order of keys."""
    asked = [("REPLICA.VERSION", i + 1, epoch, key) for i, key in enumerate(keys)]
    replies = sorted(pipelined(node, asked), key=lambda reply: reply[0])
    return [reply[2] for reply in replies]


def measure(options, mechanism, records, missed):
    with Nodes(program("quorate-node"), 5, *options) as nodes:
        load(nodes.ports[0], records)
        nodes.kill(4)
        keys = [f"missed:{i}" for i in range(missed)]
        first = Resp(nodes.ports[0])
        written = pipelined(first, [("SET", key, VALUE, "META") for key in keys])
        newest = [reply[1] for reply in written]
        nodes.restart(4)
        nodes.await_voting(4)
        begin = time.monotonic()
        last = Resp(nodes.ports[4])
        epoch = last.status()["epoch"]
        if mechanism.startswith("anti-entropy"):
            last.ask("REPAIR")
        if mechanism.startswith("read repair"):
            unread = keys
            while unread:  # until everybody answers
                replies = pipelined(first, [("GET", key, "R", "ALL") for key in unread])
                unread = [k for k, r in zip(unread, replies) if isinstance(r, RuntimeError)]
        wait_until(lambda: versions_at(last, keys, epoch) == newest, f"repair by {mechanism}")
        return time.monotonic() - begin


def start_times(records, rounds):
    """{what: [seconds…]}, and the memory of an idle node in MiB."""
    times, memory = {"an empty store": [], f"{records:,} records": []}, []
    for _ in range(rounds):
        with Nodes(program("quorate-node"), 1) as node:
            memory.append(resident_mib(node.processes[0]))
            for what in times:
                if what != "an empty store":
                    load(node.ports[0], records)
                node.processes[0].terminate()
                node.processes[0].wait()
                begin = time.monotonic()
                node.restart(0)
                wait_until(lambda: answers(node.ports[0]), "the node to listen")
                times[what].append(time.monotonic() - begin)
                node.await_voting(0)
    return times, memory


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--missed", type=int, default=1000)
    parser.add_argument("--start-records", type=int, default=1_000_000)
    wanted = parser.parse_args()
    times = {}
    for number in range(wanted.rounds):
        for mechanism, options in MECHANISMS.items():
            progress(f"round {number + 1} of {wanted.rounds}: {mechanism}")
            times.setdefault(mechanism, []).append(
                measure(options, mechanism, wanted.records, wanted.missed))
    progress()
    print(f"seconds until {wanted.missed} missed writes beside {wanted.records} records are there: "
          "median (least to most)")
    for mechanism, seconds in times.items():
        print(f"  {mechanism:40} {statistics.median(seconds):7.3f} "
              f"({min(seconds):.3f}-{max(seconds):.3f})")
    starts, memory = start_times(wanted.start_records, wanted.rounds)
    print("seconds until a node listens again: median (least to most)")
    for what, seconds in starts.items():
        print(f"  {what:40} {statistics.median(seconds):7.3f} ({min(seconds):.3f}-{max(seconds):.3f})")
    print(f"memory of an idle node: {statistics.median(memory):.1f} MiB")


if __name__ == "__main__":
    main()
