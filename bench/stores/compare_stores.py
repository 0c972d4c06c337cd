#!/usr/bin/env python3
"""Requests per second of quorate-node beside redis-server and etcd on this machine.

  bench/stores/compare_stores.py [--rounds 5] [--requests 50000]

Each round runs every store once, in turn, so that what else the machine does hits all alike; the medians are printed.
Needs redis-benchmark and redis-server (Debian redis-tools, redis-server); etcd and ab (etcd-server, apache2-utils) where
they are there: etcd is asked through its JSON gateway. All data is on one disk, under the folder for temporary files.
"""
import argparse
import base64
import contextlib
import re
import shutil
import statistics
import subprocess

from local_nodes import Nodes, Servers, answers, free_port, program, progress, wait_until

CONNECTIONS = 50


def redis_benchmark(port, requests):
    """{"SET": requests/s, "GET": requests/s}."""
    said = subprocess.run(
        ["redis-benchmark", "-p", str(port), "-c", str(CONNECTIONS), "-n", str(requests), "-r",
         "10000", "-d", "100", "-t", "set,get", "--csv"],
        check=True, capture_output=True, text=True).stdout
    rates = dict(re.findall(r'^"(SET|GET)","([\d.]+)"', said, re.MULTILINE))
    return {kind: float(rate) for kind, rate in rates.items()}


def quorate(count, durability, requests):
    with Nodes(program("quorate-node"), count, "--durability", durability) as nodes:
        return redis_benchmark(nodes.ports[0], requests)


def redis(appendfsync, requests):
    with Servers() as servers:
        port = free_port()
        servers.start("redis-server", "--port", port, "--appendonly", "yes", "--appendfsync",
                      appendfsync, "--save", "", "--dir", servers.folder)
        wait_until(lambda: answers(port), "redis-server")
        return redis_benchmark(port, requests)


def etcd(requests):
    with Servers() as servers:
        clients = [free_port() for _ in range(3)]
        peers = [free_port() for _ in range(3)]
        cluster = ",".join(f"e{i}=http://127.0.0.1:{p}" for i, p in enumerate(peers))
        for i in range(3):
            client, peer = f"http://127.0.0.1:{clients[i]}", f"http://127.0.0.1:{peers[i]}"
            servers.start("etcd", "--name", f"e{i}", "--data-dir", servers.folder / f"e{i}",
                          "--listen-client-urls", client, "--advertise-client-urls", client,
                          "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer,
                          "--initial-cluster", cluster, "--logger", "zap", "--log-level", "error")
        body = servers.folder / "put.json"
        key = base64.b64encode(b"key").decode()
        body.write_text('{"key": "%s", "value": "%s"}' % (
            key, base64.b64encode(b"x" * 100).decode()))
        ask = servers.folder / "get.json"
        ask.write_text('{"key": "%s"}' % key)
        put = f"http://127.0.0.1:{clients[0]}/v3/kv/put"
        wait_until(lambda: apache_bench(put, body, 1) is not None, "etcd")
        return {"SET": apache_bench(put, body, requests),
                "GET": apache_bench(put.replace("put", "range"), ask, requests)}


def apache_bench(url, body, requests):
    """Requests/s; None if one failed."""
    said = subprocess.run(
        ["ab", "-q", "-k", "-c", str(min(CONNECTIONS, requests)), "-n", str(requests), "-p",
         str(body), "-T", "application/json", url], capture_output=True, text=True, check=False)
    rate = re.search(r"Requests per second:\s+([\d.]+)", said.stdout)
    failed = re.search(r"Non-2xx responses:", said.stdout)
    return float(rate.group(1)) if rate and not failed else None


def stores(requests):
    """Name -> what measures it once."""
    rows = {
        "redis-server, appendfsync always": lambda: redis("always", requests),
        "quorate-node, batch": lambda: quorate(1, "batch", requests),
        "redis-server, appendfsync no": lambda: redis("no", requests),
        "quorate-node, none": lambda: quorate(1, "none", requests),
        "3 quorate-nodes n=3 r=w=2, batch": lambda: quorate(3, "batch", requests),
        "3 quorate-nodes n=3 r=w=2, none": lambda: quorate(3, "none", requests),
    }
    if shutil.which("etcd") and shutil.which("ab"):
        rows["3 etcd (JSON gateway)"] = lambda: etcd(max(1, requests // 10))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=50_000)
    wanted = parser.parse_args()
    rates = {}
    for number in range(wanted.rounds):
        for name, measure in stores(wanted.requests).items():
            progress(f"round {number + 1} of {wanted.rounds}: {name}")
            for kind, rate in measure().items():
                rates.setdefault(name, {}).setdefault(kind, []).append(rate)
    progress()
    print(f"{'requests/s, median (least to most)':40} {'SET':>28} {'GET':>28}")
    for name, kinds in rates.items():
        cells = [f"{statistics.median(r):,.0f} ({min(r):,.0f}-{max(r):,.0f})"
                 for r in (kinds["SET"], kinds["GET"])]
        print(f"{name:40} {cells[0]:>28} {cells[1]:>28}")


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
