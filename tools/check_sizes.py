#!/usr/bin/env python3
"""Checks that no file is over 500 lines without a reason: check_sizes.py [ROOT].

The reason stands in the file's first comment, as "Over 500 lines: REASON".
"""
import pathlib
import sys

from source_files import source_files

LIMIT = 500
MARK = "Over 500 lines: "


def first_comment(text):
    lines = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        lines.append(line.removeprefix("//").strip())
    return " ".join(lines)


def problem_of(path, text):
    """What is wrong with the size of one file, None if nothing is."""
    lines = len(text.splitlines())
    if lines <= LIMIT:
        return None
    _, mark, reason = first_comment(text).partition(MARK)
    if mark and reason.strip():
        return None
    return f'{path}: {lines} lines: split it, or write "{MARK}REASON" in its first comment'


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    files = source_files(root)
    problems = [problem_of(path, (root / path).read_text(encoding="utf-8")) for path in files]
    problems = [problem for problem in problems if problem]
    print("\n".join(problems) or f"{len(files)} files are short enough")
    return 1 if problems or not files else 0


if __name__ == "__main__":
    sys.exit(main())
