"""Every row of docs/requirements-status.md names tests that exist and that name the row.

A test names a row when the row's id is in its name: Test(watch, AL_13_…) in C, test_al13_… in Python, "AL-13 …" in
JavaScript. Of the families below every row is there once and has such a test, in a file that it names; a row that is
not begun says so and names none, and one that is measured names a program of bench/. Of the seeds each line is there
once, says whether it holds, and the tests it names are tests of the files beside them.

    python3 tests/presets/requirements.py TREE
"""

import os
import re
import sys

# family, how many rows it has
WHOLE = {"AL": 22, "IN": 15, "SL": 15, "RE": 14, "BT": 13, "BU": 15, "SC": 12, "NL": 29, "CH": 20, "OP": 15, "PR": 16, "RP": 13, "UI": 10}
# seed, how many lines its list has
SEEDS = {"S0": 12, "S1": 18, "S2": 12, "S3": 9, "S4": 10}
SEED = re.compile(r"^\| (S[0-4])-(\d\d) \| (.*?) \| (.*) \| (.*) \|$")
TEST = re.compile(r"`((?:test_)?[A-Za-z0-9_]+)`")
ROW = re.compile(r"^\| ([A-Z]{2})-(\d\d) \| (.*?) \| (.*) \| (.*) \|$")
FILE = re.compile(r"`([A-Za-z0-9_./-]+\.(?:c|py|js|sh))`")


def names_of(path):
    """The names of the tests in a file."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if path.endswith(".c"):
        return re.findall(r"^Test\(\w+,\s*(\w+)", text, re.M)
    if path.endswith(".py"):
        return re.findall(r"^\s*def (test_\w+)", text, re.M)
    if path.endswith(".js"):
        return re.findall(r"\btest\(\s*[\"'`]([^\"'`]*)", text)
    return []


def is_named(family, number, name):
    """AL_13, al13 and AL-13, each as a word of its own."""
    return re.search(r"(?<![A-Za-z0-9])%s[_-]?%s(?![0-9])" % (family, number), name.replace("test_", " "), re.I) is not None


def files_of(tree, tests, where, faults):
    """The files that a row names. "`incident/hear_test.c`, `watch_test.c`": without a folder, in the one before it."""
    files, folder = [], ""
    for name in FILE.findall(tests):
        folder = os.path.dirname(name) or folder
        path = name if "/" in name else os.path.join(folder, name)
        for full in (os.path.join(tree, "tests", path), os.path.join(tree, path)):
            if os.path.exists(full):
                files.append(full)
                break
        else:
            faults.append("%s: there is no %s" % (where, path))
    return files


def look_at_seeds(tree, lines, faults):
    """How many lines of the seeds hold."""
    seen, n_hold = {seed: set() for seed in SEEDS}, 0
    for number, line in enumerate(lines, 1):
        row = SEED.match(line)
        if not row:
            continue
        seed, id_, _, tests, state = row.groups()
        where = "docs/requirements-status.md:%d: %s-%s" % (number, seed, id_)
        files = files_of(tree, tests, where, faults)
        names = {name for path in files for name in names_of(path)}
        if int(id_) in seen[seed]:
            faults.append("%s: it is there twice" % where)
        seen[seed].add(int(id_))
        if not re.match(r"(holds|part|does not)\b", state):
            faults.append("%s: '%s' says neither that it holds, nor in part, nor that it does not" % (where, state))
        if not files and not state.startswith("does not"):
            faults.append("%s: nothing shows it" % where)
        for test in TEST.findall(tests):
            if test not in names:
                faults.append("%s: no test %s in the files named there" % (where, test))
        n_hold += state.startswith("holds")
    for seed, most in SEEDS.items():
        for missing in sorted(set(range(1, most + 1)) - seen[seed]):
            faults.append("docs/requirements-status.md: %s-%02d is not there" % (seed, missing))
    return n_hold


def main():
    tree = sys.argv[1]
    faults, unnamed, seen, n_named, rows = [], [], {family: set() for family in WHOLE}, 0, 0
    with open(os.path.join(tree, "docs/requirements-status.md"), encoding="utf-8") as file:
        lines = file.read().split("\n")
    for number, line in enumerate(lines, 1):
        row = ROW.match(line)
        if not row:
            continue
        family, id_, _, tests, state = row.groups()
        where = "docs/requirements-status.md:%d: %s-%s" % (number, family, id_)
        rows += 1
        files = files_of(tree, tests, where, faults)
        named = any(is_named(family, id_, name) for path in files for name in names_of(path))
        n_named += named
        if family not in WHOLE:
            if not named and tests.strip() != "–":
                unnamed.append("%s-%s" % (family, id_))
            continue
        if int(id_) in seen[family]:
            faults.append("%s: it is there twice" % where)
        seen[family].add(int(id_))
        is_measured = state.startswith("measured") and any("/bench/" in path for path in files)
        if not named and not is_measured and not (tests.strip() == "–" and state.startswith("not begun")):
            faults.append("%s: no test of the files named there has the id in its name" % where)
    for family, most in WHOLE.items():
        for missing in sorted(set(range(1, most + 1)) - seen[family]):
            faults.append("docs/requirements-status.md: %s-%02d is not there" % (family, missing))
    n_hold = look_at_seeds(tree, lines, faults)
    print("%d rows, %d with a test named after them; of other families without: %s; %d of %d lines of the seeds hold"
          % (rows, n_named, ", ".join(unnamed) or "none", n_hold, sum(SEEDS.values())))
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(1 if faults or not rows else 0)


if __name__ == "__main__":
    main()
