#!/usr/bin/env python3
"""Checks that every include follows the arrows of the design: check_include_graph.py [ROOT].

The tables below are the design's include graph. An edge is not transitive.
"""
import pathlib
import re
import sys

from source_files import source_files

ALL_BUT_SERVER = {"base", "results", "checker", "workloads", "nemesis", "node/core"}

# folder: what it may include, besides itself.
ARROWS = {
    "base": set(),
    "results": {"base"},
    "checker": {"base", "results"},
    "workloads": {"base", "checker", "results"},
    "nemesis": {"base", "results"},
    "node/core": {"base"},
    "node/server": {"base", "node/core"},
    "simulation": {"base", "results", "checker", "node/core"},
    "harness": ALL_BUT_SERVER,
    "bench": ALL_BUT_SERVER | {"harness"},
}

# Pure folders touch neither network, event loop nor process.
PURE = {"base", "results", "checker", "workloads", "node/core", "simulation"}
NOT_IN_PURE = re.compile(r"boost/(asio|beast|process)\b")

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
GENERATED = {"build_info.h"}


def folder_of(path):
    """The folder of the table that holds `path`, None if there is none."""
    for folder in ARROWS:
        if path.startswith(folder + "/"):
            return folder
    return None


def problem_of(folder, quote, included):
    """What is wrong with one include of a file in `folder`, None if nothing is."""
    if quote == "<":
        if folder in PURE and NOT_IN_PURE.match(included):
            return f"{folder} is pure and may not include <{included}>"
        return None
    target = folder_of(included)
    if target is None:
        if pathlib.PurePosixPath(included).name in GENERATED:
            return None
        return f'"{included}" is no file of a known folder: write the path from the root of the tree'
    if target == folder or target in ARROWS[folder]:
        return None
    allowed = ", ".join(sorted(ARROWS[folder])) or "nothing of ours"
    return f'{folder} may not include "{included}" (it may include: {allowed})'


def problems_of(path, text):
    """All problems of one file, as 'path:line: what'."""
    folder = folder_of(path)
    if folder is None:
        return [f"{path}:1: this folder is not in the table of tools/check_include_graph.py"]
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        include = INCLUDE.match(line)
        problem = problem_of(folder, *include.groups()) if include else None
        if problem:
            found.append(f"{path}:{number}: {problem}")
    return found


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    files = source_files(root)
    problems = []
    for path in files:
        problems += problems_of(path, (root / path).read_text(encoding="utf-8"))
    print("\n".join(problems) or f"{len(files)} files follow the include graph")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main())
