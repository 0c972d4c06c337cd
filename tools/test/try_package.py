#!/usr/bin/env python3
"""Installs the programs as the release archive has them, and uses them from there.

  tools/test/try_package.py --build build/release

The archive must bring every library that a bare Debian 12 lacks, and complete commands in bash.
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

# In every Debian: libc6, libstdc++6 and libgcc-s1 are essential, or needed by what is.
OF_THE_SYSTEM = ("libc.so", "libm.so", "libdl.so", "librt.so", "libpthread.so", "libgcc_s.so", "libstdc++.so",
                 "ld-linux", "linux-vdso")


def output_of(*command, **options):
    done = subprocess.run(command, check=True, capture_output=True, text=True, **options)
    return done.stdout


def foreign_libraries(program, prefix):
    """What the program would load from the machine, and may not count on."""
    for line in output_of("ldd", str(program)).splitlines():
        name, _, found = line.strip().partition(" => ")
        name = pathlib.PurePath(name.split()[0]).name
        if not name.startswith(OF_THE_SYSTEM) and not found.startswith(str(prefix)):
            yield line.strip()


def completions(script, words):
    """What bash offers for the last word."""
    typed = " ".join(words)
    return output_of("bash", "-c", f"source {script}; COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; _quorate; "
                                   "echo \"${COMPREPLY[@]}\"").split()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    build = parser.parse_args().build
    with tempfile.TemporaryDirectory(prefix="quorate-package-") as folder:
        prefix = pathlib.Path(folder).resolve() / "anywhere"
        output_of("cmake", "--install", build, "--component", "programs", "--strip", "--prefix", str(prefix))
        programs = sorted((prefix / "bin").iterdir())
        assert [p.name for p in programs] == ["quorate", "quorate-node", "quorate-node-buggy"], programs
        for program in programs:
            foreign = list(foreign_libraries(program, prefix))
            assert not foreign, f"{program.name} needs what the archive lacks: {foreign}"
        run = subprocess.run([programs[0], "run", "--nodes", "3", "--time", "20s", "--max-operations", "400", "--network", "none", "--json",
                              "--out", str(prefix / "run")], capture_output=True, text=True, cwd=folder)
        assert run.returncode == 0, run.stdout + run.stderr
        script = prefix / "share/bash-completion/completions/quorate"
        assert completions(script, ["quorate", "camp"]) == ["campaign"]
        assert completions(script, ["quorate", "campaign", "--res"]) == ["--resume"]
        assert completions(script, ["quorate", "run", "--read-mode", "wr"]) == ["write-back"]
        assert (prefix / "share/doc/quorate/docs/campaigns.md").is_file()
    print("the programs run from another place with the libraries that they bring")
    return 0


if __name__ == "__main__":
    sys.exit(main())
