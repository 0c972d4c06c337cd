"""Starts servers on loopback for the benchmarks of this folder, and ends them again."""
import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

DEADLINE_S = 30


def wait_until(condition, what):
    """Waits for `condition()` to be true; gives up after DEADLINE_S."""
    end = time.monotonic() + DEADLINE_S
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"gave up waiting for: {what}")
        time.sleep(0.001)


def progress(text=""):
    """One line that is written over, on a terminal only."""
    if sys.stderr.isatty():
        print(f"\r{text:70}", end="" if text else "\r", file=sys.stderr, flush=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Resp:
    """A RESP connection: requests out, replies in, pipelined if asked."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=DEADLINE_S)
        self.reader = self.socket.makefile("rb")

    def close(self):
        self.reader.close()
        self.socket.close()

    def send(self, *words):
        parts = [w if isinstance(w, bytes) else str(w).encode() for w in words]
        out = b"*%d\r\n" % len(parts)
        out += b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts)
        self.socket.sendall(out)

    def read(self):
        line = self.reader.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            return RuntimeError(rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            size = int(rest)
            return None if size < 0 else self.reader.read(size + 2)[:-2]
        if kind == b"*":
            return [self.read() for _ in range(int(rest))]
        raise SystemExit(f"not RESP: {line!r}")

    def ask(self, *words):
        self.send(*words)
        return self.read()

    def status(self):
        return json.loads(self.ask("STATUS"))


def answers(port):
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False


class Servers(contextlib.ExitStack):
    """Processes with a folder of their own; all gone at the end."""

    def __init__(self):
        super().__init__()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="quorate-bench-"))
        self.callback(shutil.rmtree, self.folder, ignore_errors=True)

    def start(self, *words, errors=subprocess.DEVNULL):
        process = subprocess.Popen([str(w) for w in words], stdout=subprocess.DEVNULL,
                                   stderr=errors, cwd=self.folder)
        self.callback(self.end, process)
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.kill()
        process.wait()


class Nodes(Servers):
    """A cluster of quorate-node processes that vote."""

    def __init__(self, program, count, *options):
        super().__init__()
        self.program, self.options = program, options
        self.names = [f"n{i + 1}" for i in range(count)]
        self.ports = [free_port() for _ in range(count)]
        self.processes = [self.start_node(i) for i in range(count)]
        for index in range(count):
            self.await_voting(index)

    def start_node(self, index):
        peers = ",".join(f"{n}=127.0.0.1:{p}" for n, p in zip(self.names, self.ports))
        return self.start(self.program, "--name", self.names[index], "--peers", peers, "--listen",
                          f"127.0.0.1:{self.ports[index]}", "--data",
                          self.folder / self.names[index], "--log-level", "off", *self.options,
                          errors=None)

    def is_ready(self, index):
        with contextlib.suppress(OSError):
            connection = Resp(self.ports[index])
            status = connection.status()
            connection.close()
            return status.get("voting", False) and all(
                peer["connected"] for peer in status["peers"])
        return False

    def await_voting(self, index):
        wait_until(lambda: self.is_ready(index), f"{self.names[index]} to vote")

    def kill(self, index):
        self.processes[index].kill()
        self.processes[index].wait()

    def restart(self, index):
        self.processes[index] = self.start_node(index)


def resident_mib(process):
    """Memory of a process, in MiB."""
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def program(name):
    """The path of one of our programs: QUORATE_BIN, or the release build."""
    default = pathlib.Path(__file__).resolve().parents[2] / "build" / "release" / "bin"
    path = pathlib.Path(os.environ.get("QUORATE_BIN", default)) / name
    if not path.exists():
        raise SystemExit(f"{path} is not there; build it with ./dev build")
    return path
