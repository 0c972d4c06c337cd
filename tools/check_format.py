#!/usr/bin/env python3
"""Checks the format of every C++ file with clang-format: check_format.py [--fix] [ROOT]."""
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from source_files import source_files


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--fix"]
    root = arguments[0] if arguments else "."
    mode = ["-i"] if "--fix" in sys.argv[1:] else ["--dry-run", "-Werror", "--ferror-limit=1"]
    files = source_files(root)
    jobs = os.cpu_count() or 1

    def run(share):
        return subprocess.run(["clang-format", *mode, *share], cwd=root, capture_output=True, text=True)

    shares = [files[job::jobs] for job in range(jobs) if files[job::jobs]]
    with ThreadPoolExecutor(jobs) as pool:
        results = list(pool.map(run, shares))
    sys.stdout.write("".join(result.stdout + result.stderr for result in results))
    if any(result.returncode != 0 for result in results):
        print("\nSome files are not formatted. This formats them:\n\n  ./dev format\n")
        return 1
    print(f"{len(files)} files are formatted")
    return 0 if files else 1


if __name__ == "__main__":
    sys.exit(main())
