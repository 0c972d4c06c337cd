"""Which files the style tests look at."""
import pathlib

# Every folder that holds C++ of ours; tools/check_include_graph.py says what each may include.
FOLDERS = ("base", "results", "checker", "workloads", "nemesis", "node", "harness", "bench")


def source_files(root, suffixes=(".h", ".cpp")):
    """The C++ files of the tree, relative to its root, sorted."""
    root = pathlib.Path(root)
    found = []
    for folder in FOLDERS:
        for path in (root / folder).rglob("*"):
            relative = path.relative_to(root)
            if path.suffix in suffixes and relative.parts[:2] != ("results", "runs") and path.is_file():
                found.append(relative.as_posix())
    return sorted(found)
