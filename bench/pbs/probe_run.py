"""Runs `quorate run --workload staleness-probe`, and reads its probes out of the history."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field


@dataclass
class Probe:
    """A read that followed a write of its key, by the same client: nothing else wrote in between."""
    key: str
    k: int  # 1: the latest write was read, 2: the one before, ...
    waited_ns: int  # from the write's answer to the read's request
    writer: str  # who coordinated them
    reader: str


@dataclass
class ProbeRun:
    probes: list = field(default_factory=list)
    replicas: dict = field(default_factory=dict)  # by key: nodes that took part
    marks: dict = field(default_factory=dict)  # the last of each kind


def program():
    folder = pathlib.Path(__file__).resolve().parents[2] / "build" / "release" / "bin"
    return pathlib.Path(os.environ.get("QUORATE_BIN", folder)) / "quorate"


def progress(text=""):
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()


def probe_run(options):
    """`options`: of `quorate run`, by name. The first probes of each key are left out (kWarmUp)."""
    with tempfile.TemporaryDirectory(prefix="quorate-pbs-") as folder:
        out = pathlib.Path(folder) / "run"
        command = [str(program()), "run", "--quiet", "--out", str(out),
                   "--workload", "staleness-probe"]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1, 2):
            sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        return read_history(out / "history.jsonl")


WARM_UP = 50  # probes of a key: before, fewer writes than versions looked back at


def read_history(file):
    run = ProbeRun()
    writes = {}  # by key: acknowledged values, in order
    numbers = {}  # by key and value: the write's place among them
    answered = {}  # by key: when the last write was answered, and who coordinated it
    asked = {}  # by process: when it asked
    probes_of = {}
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            event = json.loads(line)
            if event["process"] == "harness" or "key" not in event:
                run.marks[event["f"]] = event["value"]
                continue
            if event["type"] == "invoke":
                asked[event["process"]] = event["time"]
                continue
            if event["type"] != "ok" or event.get("final"):
                continue
            key = event["key"]
            run.replicas.setdefault(key, set()).update(event.get("replicas", []))
            if event["f"] == "write":
                known = writes.setdefault(key, [])
                known.append(event["value"])
                numbers[(key, event["value"])] = len(known)
                answered[key] = (event["time"], event["node"])
                continue
            probes_of[key] = probes_of.get(key, 0) + 1
            if probes_of[key] <= WARM_UP or key not in answered:
                continue
            k = len(writes[key]) - numbers.get((key, event["value"]), 0) + 1
            run.probes.append(Probe(key, k, asked[event["process"]] - answered[key][0],
                                    answered[key][1], event["node"]))
    return run
