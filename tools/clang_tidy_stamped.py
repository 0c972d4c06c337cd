#!/usr/bin/env python3
"""Runs clang-tidy over every .cpp file that changed since it was last found good.

  clang_tidy_stamped.py --source ROOT --build BUILD [--fresh]

A file that is found good gets a stamp in BUILD/tidy: a hash of the file, of every header of ours that it includes
(and they include), of .clang-tidy, of its compile command and of clang-tidy's version. While the hash
stays the same, the file is not looked at again. A file without a stamp (in a fresh clone, all) is looked at only if commits
since RECENT before the last one changed it or a header that it names itself. --fresh (or QUORATE_LONG=1) looks at all.
"""
import argparse
import datetime
import hashlib
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from source_files import FOLDERS

RECENT = datetime.timedelta(hours=3)
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
NOISE = re.compile(r"^\d+ warnings? (generated|treated as errors?)\.?$|^Suppressed |^Use -header-filter|^$")


class Hashes:
    """Content hashes of files and the headers that they include, each file read once."""

    def __init__(self, root):
        self.root = root
        self.seen = {}

    def read(self, path):
        """(hash, included paths) of one file."""
        if path not in self.seen:
            content = path.read_bytes()
            included = []
            for name in INCLUDE.findall(content):
                target = self.root / name.decode()
                if target.is_file():
                    included.append(target)
            self.seen[path] = (hashlib.sha256(content).hexdigest(), included)
        return self.seen[path]

    def closure(self, path):
        """The file and all headers of ours below it, sorted."""
        found, todo = set(), [path]
        while todo:
            current = todo.pop()
            if current not in found:
                found.add(current)
                todo += self.read(current)[1]
        return sorted(found)


def key_of(entry, path, hashes, environment):
    digest = hashlib.sha256(environment.encode())
    digest.update(entry.get("command", "").encode())
    for part in hashes.closure(path):
        digest.update(f"{part}\0{hashes.read(part)[0]}\0".encode())
    return digest.hexdigest()


def for_clang(command):
    """GCC's compile command without what clang 14 does not know (precompiled headers, launchers)."""
    words = shlex.split(command)
    start = next(i for i, word in enumerate(words) if re.search(r"(^|/)(c\+\+|g\+\+|clang\+\+)[-.\d]*$", word))
    kept, skip = [], False
    for i, word in enumerate(words[start + 1:], start + 1):
        if skip:
            skip = False
        elif word == "-include" and "cmake_pch" in words[i + 1]:
            skip = True
        elif word in ("-o", "-MF", "-MT", "-c"):
            skip = word != "-c"
        elif word not in ("-Werror", "-MD", "-Winvalid-pch") and not word.startswith("-fsanitize"):
            kept.append(word)
    return [word for word in kept if not word.endswith(".cpp")]


def tidy(path, entry, root):
    """What clang-tidy says of one file: (good, text)."""
    headers = f"^{re.escape(str(root))}/({'|'.join(FOLDERS)})/"
    command = ["clang-tidy", "--quiet", f"--header-filter={headers}", str(path), "--",
               *for_clang(entry["command"]), "-Wno-unknown-warning-option", "-Wno-everything"]
    done = subprocess.run(command, cwd=entry["directory"], capture_output=True, text=True)
    lines = (done.stdout + done.stderr).splitlines()
    return done.returncode == 0, "\n".join(line for line in lines if not NOISE.match(line))


def compile_commands(build, root):
    """Path to entry, for our own files."""
    ours = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["file"]).resolve()
        if path.is_relative_to(root) and path.relative_to(root).parts[0] in FOLDERS:
            ours[path] = entry
    return ours


def recently_changed(root):
    """Files that commits since RECENT before HEAD changed, or nobody committed; None where git cannot tell."""
    def lines(*command):
        done = subprocess.run(["git", "-C", str(root), *command], capture_output=True, text=True)
        return done.stdout.splitlines() if done.returncode == 0 else None

    head = lines("log", "-1", "--format=%ct")
    if not head:
        return None
    committed = lines("log", f"--since={int(head[0]) - RECENT.total_seconds():.0f}", "--name-only", "--format=", "-m")
    pending = lines("ls-files", "--modified", "--others", "--exclude-standard")
    if committed is None or pending is None:
        return None
    return {(root / name) for name in committed + pending if name}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--fresh", action="store_true", default=os.environ.get("QUORATE_LONG") == "1")
    options = parser.parse_args()
    root, started = options.source.resolve(), time.monotonic()

    version = subprocess.run(["clang-tidy", "--version"], capture_output=True, text=True, check=True).stdout
    environment = version + (root / ".clang-tidy").read_text()
    hashes = Hashes(root)
    stamps = options.build / "tidy"
    entries = compile_commands(options.build, root)
    recent = None if options.fresh else recently_changed(root)
    if recent is not None and root / ".clang-tidy" in recent:
        recent = None
    todo = []
    for path, entry in sorted(entries.items()):
        stamp = stamps / (path.relative_to(root).as_posix() + ".stamp")
        if not stamp.is_file() and recent is not None and recent.isdisjoint([path, *hashes.read(path)[1]]):
            continue
        key = key_of(entry, path, hashes, environment)
        if options.fresh or not stamp.is_file() or stamp.read_text() != key:
            todo.append((path, entry, stamp, key))

    def look_at(job):
        path, entry, stamp, key = job
        good, text = tidy(path, entry, root)
        if good:
            stamp.parent.mkdir(parents=True, exist_ok=True)
            stamp.write_text(key)
        else:
            stamp.unlink(missing_ok=True)
            print(text or f"{path}: clang-tidy failed without a word", flush=True)
        return good

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        bad = sum(not good for good in pool.map(look_at, todo))
    print(f"{len(entries)} files: {len(entries) - len(todo)} unchanged, {len(todo)} looked at, {bad} bad, "
          f"{time.monotonic() - started:.1f} s")
    return 1 if bad or not entries else 0


if __name__ == "__main__":
    sys.exit(main())
