#!/usr/bin/env python3
"""Whether the tests would notice a wrong formula: applies the mutations of mutations.toml one at a time.

Each is built in a copy of the sources and must make the golden cases (the unit tests) or the oracle fail; the oracle is
asked where the golden cases pass, or always with --both. Prints which did; exit 1 where one survived, or where a mutation no
longer fits the code.
"""
import argparse
import filecmp
import pathlib
import shutil
import subprocess
import sys
import time
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = ROOT / "build-mutation"
SOURCE = WORK / "source"
BUILD = WORK / "build"
TARGETS = ["tidemark_unit_tests", "tidemark_oracle_tests", "tidemark_test_cluster"]


def run(*command):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def copy_sources():
    # Only what differs is written: an old time on a file would leave the object of its last mutant in place.
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True,
                            stdout=subprocess.PIPE, text=True).stdout
    names = {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
    for name in names:
        target = SOURCE / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or not filecmp.cmp(ROOT / name, target, shallow=False):
            shutil.copy(ROOT / name, target)
    for path in SOURCE.rglob("*"):
        if path.is_file() and str(path.relative_to(SOURCE)) not in names:
            path.unlink()
    configured = run("cmake", "-S", SOURCE, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                     "-DCMAKE_CXX_FLAGS_RELEASE=-O2", "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache")
    if configured.returncode:
        sys.exit(configured.stdout)


def build():
    return run("cmake", "--build", BUILD, "--target", *TARGETS)


def fails(label):
    # Timeouts count: a mutant that never ends was noticed.
    return run("ctest", "--test-dir", BUILD, "-L", label, "-j2", "--stop-on-failure", "--timeout", "300").returncode != 0


def load():
    mutations = tomllib.loads((ROOT / "tests/mutation/mutations.toml").read_text())["mutation"]
    for mutation in mutations:
        found = (ROOT / mutation["file"]).read_text().count(mutation["old"])
        if found != 1:
            sys.exit(f"mutations.toml: {mutation['old']!r} stands {found} times in {mutation['file']}, not once")
    metrics = {path.stem for path in (ROOT / "contracts/catalogue").glob("*.json")}
    missing = metrics - {mutation["metric"] for mutation in mutations}
    if missing:
        sys.exit(f"mutations.toml: no mutation of {', '.join(sorted(missing))}")
    return mutations


def killers_of(mutation, both):
    path = SOURCE / mutation["file"]
    original = path.read_text()
    path.write_text(original.replace(mutation["old"], mutation["new"]))
    try:
        built = build()
        if built.returncode:
            sys.exit(f"{mutation['file']}: the mutant does not compile\n{built.stdout[-3000:]}")
        killers = ["golden cases"] if fails("^unit$") else []
        if (both or not killers) and fails("^oracle$"):
            killers.append("oracle")
        return killers
    finally:
        path.write_text(original)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only whether every mutation fits the code")
    parser.add_argument("--metric", help="only the mutations of this one")
    parser.add_argument("--from", dest="first", type=int, default=1, metavar="N", help="go on with the Nth")
    parser.add_argument("--both", action="store_true", help="ask the oracle also where the golden cases fail")
    arguments = parser.parse_args()
    mutations = [m for m in load() if arguments.metric in (None, m["metric"])]
    if arguments.check:
        print(f"{len(mutations)} mutations fit the code")
        return
    copy_sources()
    built = build()
    if built.returncode:
        sys.exit(built.stdout[-3000:])
    if fails("^unit$") or fails("^oracle$"):
        sys.exit("the tests fail without any mutation")
    survivors = 0
    for number, mutation in list(enumerate(mutations, 1))[arguments.first - 1:]:
        began = time.monotonic()
        killers = killers_of(mutation, arguments.both)
        survivors += not killers
        verdict = "killed by " + " and ".join(killers) if killers else "SURVIVED"
        print(f"{number:3}/{len(mutations)}  {mutation['metric']:32} {mutation['what']:46} {verdict}"
              f"  ({time.monotonic() - began:.0f} s)", flush=True)
    made = len(mutations) - arguments.first + 1
    print(f"{made - survivors} of {made} mutants killed")
    sys.exit(1 if survivors else 0)


main()
