#!/usr/bin/env python3
"""The style tests must see what they are there to see."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOLS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOOLS))

from check_include_graph import ARROWS, problems_of  # noqa: E402
from check_sizes import problem_of  # noqa: E402


def commit_all(root, day):
    """Commits what is there, on that day of January."""
    stamp = f"2026-01-0{day}T12:00:00+0000"
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "t"]):
        subprocess.run(["git", "-C", str(root), *command], check=True, capture_output=True,
                       env={"PATH": os.environ["PATH"], "GIT_COMMITTER_DATE": stamp, "GIT_AUTHOR_DATE": stamp})


class IncludeGraph(unittest.TestCase):
    def test_accepts_what_the_design_allows(self):
        for path, line in [
                ("harness/run/run_test.cpp", '#include "node/core/quorum_read.h"'),
                ("checker/a.cpp", '#include "results/history.h"'),
                ("checker/test/a_test.cpp", '#include "checker/test/oracle.h"'),
                ("nemesis/packet.cpp", "#include <boost/asio/post.hpp>"),
                ("checker/a.cpp", "#include <boost/unordered/unordered_flat_map.hpp>"),
                ("node/server/a.cpp", '#include "node/core/record.h"'),
                ("checker/a.cpp", '// #include "harness/run.h"'),
        ]:
            self.assertEqual(problems_of(path, line), [], path)

    def test_refuses_every_edge_that_is_not_in_the_table(self):
        for folder, allowed in ARROWS.items():
            for target in set(ARROWS) - allowed - {folder}:
                found = problems_of(f"{folder}/a.cpp", f'\n#include "{target}/b.h"\n')
                self.assertEqual(len(found), 1, f"{folder} -> {target}")
                self.assertTrue(found[0].startswith(f"{folder}/a.cpp:2: {folder} may not include"), found)

    def test_has_the_edges_that_must_never_be(self):
        for folder in ("base", "results", "checker", "workloads", "nemesis", "node/core", "node/server"):
            self.assertNotIn("harness", ARROWS[folder])
        for folder in ARROWS:
            self.assertNotIn("node/server", ARROWS[folder])
        self.assertEqual(ARROWS["node/server"], {"base", "node/core"})

    def test_refuses_networks_and_processes_in_pure_folders(self):
        for folder in ("results", "checker", "workloads", "node/core"):
            for header in ("boost/asio.hpp", "boost/asio/post.hpp", "boost/beast/http.hpp", "boost/process/v2.hpp"):
                self.assertEqual(len(problems_of(f"{folder}/a.h", f"# include <{header}>")), 1)

    def test_refuses_paths_that_are_not_from_the_root_and_unknown_folders(self):
        self.assertEqual(len(problems_of("checker/a.cpp", '#include "b.h"')), 1)
        self.assertEqual(len(problems_of("node/other/a.cpp", "")), 1)

    def test_fails_as_a_program_on_a_bad_tree(self):
        with tempfile.TemporaryDirectory() as root:
            folder = pathlib.Path(root) / "checker"
            folder.mkdir()
            program = [sys.executable, str(TOOLS / "check_include_graph.py"), root]
            (folder / "a.cpp").write_text('#include "results/history.h"\n')
            self.assertEqual(subprocess.run(program, capture_output=True).returncode, 0)
            (folder / "a.cpp").write_text('#include "harness/run.h"\n')
            done = subprocess.run(program, capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn("checker/a.cpp:1: checker may not include", done.stdout)


class Sizes(unittest.TestCase):
    def test_wants_a_reason_for_more_than_500_lines(self):
        self.assertIsNone(problem_of("a.cpp", "\n" * 500))
        self.assertIn("501 lines", problem_of("a.cpp", "\n" * 501))
        self.assertIn("502 lines", problem_of("a.cpp", "// Over 500 lines: \n" + "\n" * 501))
        self.assertIsNone(problem_of("a.cpp", "// A.\n// Over 500 lines: one table.\n" + "\n" * 501))
        self.assertIn("lines", problem_of("a.cpp", "int x;\n// Over 500 lines: too late.\n" + "\n" * 501))


class Format(unittest.TestCase):
    def test_sees_a_file_that_is_not_formatted_and_names_the_remedy(self):
        with tempfile.TemporaryDirectory() as root:
            folder = pathlib.Path(root) / "base"
            folder.mkdir()
            (pathlib.Path(root) / ".clang-format").write_text("BasedOnStyle: Google\n")
            program = [sys.executable, str(TOOLS / "check_format.py"), root]
            (folder / "a.cpp").write_text("int  x ;\n")
            done = subprocess.run(program, capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn("./dev format", done.stdout)
            subprocess.run([*program, "--fix"], check=True, capture_output=True)
            self.assertEqual((folder / "a.cpp").read_text(), "int x;\n")
            self.assertEqual(subprocess.run(program, capture_output=True).returncode, 0)


class Tidy(unittest.TestCase):
    def test_looks_again_only_at_what_changed_below_a_file(self):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name).resolve()
            (root / "base").mkdir()
            (root / ".clang-tidy").write_text("Checks: '-*,modernize-use-override'\nWarningsAsErrors: '*'\n")
            (root / "base/a.h").write_text("struct A { virtual ~A() = default; virtual void f(); };\n")
            (root / "base/a.cpp").write_text('#include "base/a.h"\nint main() {}\n')
            (root / "compile_commands.json").write_text(
                f'[{{"directory": "{root}", "file": "{root}/base/a.cpp",'
                f' "command": "c++ -I{root} -c {root}/base/a.cpp"}}]')
            program = [sys.executable, str(TOOLS / "clang_tidy_stamped.py"), "--source", name, "--build", name]

            def run():
                done = subprocess.run(program, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})
                return done.returncode, done.stdout

            self.assertIn("0 unchanged, 1 looked at, 0 bad", run()[1])
            self.assertIn("1 unchanged, 0 looked at, 0 bad", run()[1])
            with (root / "base/a.h").open("a") as header:
                header.write("struct B : A { virtual void f(); };\n")
            for _ in range(2):  # a bad file has no stamp
                code, text = run()
                self.assertEqual(code, 1, text)
                self.assertIn("modernize-use-override", text)

    def test_leaves_out_what_was_there_long_before_the_last_commit(self):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name).resolve()
            (root / "base").mkdir()
            (root / ".clang-tidy").write_text("Checks: '-*,modernize-use-override'\nWarningsAsErrors: '*'\n")
            entries = []
            for day, file in ((1, "base/old.cpp"), (9, "base/new.cpp")):
                (root / file).write_text("int x;\n")
                commit_all(root, day)
                entries.append({"directory": str(root), "file": f"{root}/{file}", "command": f"c++ -c {root}/{file}"})
            (root / "compile_commands.json").write_text(json.dumps(entries))
            program = [sys.executable, str(TOOLS / "clang_tidy_stamped.py"), "--source", name, "--build", name]

            def run(*more):
                return subprocess.run([*program, *more], capture_output=True, text=True,
                                      env={"PATH": "/usr/bin:/bin"}).stdout

            self.assertIn("1 looked at", run())
            self.assertIn("0 looked at", run())
            self.assertIn("2 looked at", run("--fresh"))
            (root / "base/old.cpp").write_text("int y;\n")
            self.assertIn("1 looked at", run())

    def test_looks_at_who_names_a_header_that_changed_and_not_further(self):
        with tempfile.TemporaryDirectory() as name:
            root = pathlib.Path(name).resolve()
            (root / "base").mkdir()
            (root / ".clang-tidy").write_text("Checks: '-*,modernize-use-override'\nWarningsAsErrors: '*'\n")
            texts = {"changed.h": "#pragma once\n", "middle.h": '#include "base/changed.h"\n',
                     "near.cpp": '#include "base/changed.h"\n', "far.cpp": '#include "base/middle.h"\n'}
            for file, text in texts.items():
                (root / "base" / file).write_text(text)
            (root / "compile_commands.json").write_text(json.dumps([
                {"directory": str(root), "file": f"{root}/base/{file}", "command": f"c++ -I{root} -c {root}/base/{file}"}
                for file in ("near.cpp", "far.cpp")]))

            commit_all(root, 1)
            (root / "base/changed.h").write_text("#pragma once\nstruct A {};\n")
            commit_all(root, 9)
            program = [sys.executable, str(TOOLS / "clang_tidy_stamped.py"), "--source", name, "--build", name]
            said = subprocess.run(program, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}).stdout
            self.assertIn("1 looked at", said)
            self.assertEqual([stamp.name for stamp in (root / "tidy/base").iterdir()], ["near.cpp.stamp"])


if __name__ == "__main__":
    unittest.main()
