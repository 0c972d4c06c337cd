#!/usr/bin/env python3
"""Installs the checker library, builds the example against it, and runs it: try_library.py --build DIR."""
import argparse
import pathlib
import subprocess
import sys
import tempfile

EXAMPLE = pathlib.Path(__file__).resolve().parent / "check_a_history"
NOT_LINKED = ("asio", "rocksdb", "hiredis")

GOOD = """\
{"process":1,"type":"invoke","f":"write","key":"x","value":1}
{"process":1,"type":"ok","f":"write","key":"x","value":1}
{"process":2,"type":"invoke","f":"read","key":"x","value":null}
{"process":2,"type":"ok","f":"read","key":"x","value":1}
"""
STALE = GOOD.replace('"ok","f":"read","key":"x","value":1', '"ok","f":"read","key":"x","value":null')


def run(*command, expect=0):
    """What the command printed; ends the test where its exit code is another than expected."""
    finished = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if finished.returncode != expect:
        sys.exit(f"{' '.join(map(str, command))}\nexit {finished.returncode}, expected {expect}\n"
                 f"{finished.stdout}{finished.stderr}")
    return finished.stdout + finished.stderr


def expect(text, wanted):
    if wanted not in text:
        sys.exit(f"expected {wanted!r} in:\n{text}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, help="a build folder of Quorate")
    build = parser.parse_args().build
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        run("cmake", "--install", build, "--component", "checker", "--prefix", folder / "prefix")
        run("cmake", "-G", "Ninja", "-S", EXAMPLE, "-B", folder / "build", "-DCMAKE_BUILD_TYPE=Release",
            f"-DCMAKE_PREFIX_PATH={folder / 'prefix'}")
        run("cmake", "--build", folder / "build")
        linked = run("ninja", "-C", folder / "build", "-t", "commands", "check_a_history").splitlines()[-1]
        expect(linked, "libquorate_checker.a")
        for library in NOT_LINKED:
            if library in linked.lower():
                sys.exit(f"{library} is linked:\n{linked}")
        program = folder / "build" / "check_a_history"
        (folder / "good.jsonl").write_text(GOOD, encoding="utf-8")
        (folder / "stale.jsonl").write_text(STALE, encoding="utf-8")
        expect(run(program, folder / "good.jsonl"), "linearizable")
        expect(run(program, folder / "stale.jsonl", expect=1), 'stale read of key "x"')
        expect(run(program, folder / "missing.jsonl", expect=2), "missing.jsonl")
    print("the example builds against the installed library, and runs")


if __name__ == "__main__":
    main()
