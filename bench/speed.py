"""What a verdict costs, stage by stage, beside fastText on the same messages in the same run.

    bench/speed.py BUILD [--accept]

Data: airline/ and hospitality/ in $LYT_CORPORA (or $LYT_DATA, or ../shared/data) where they are; else the
shipped hotel pack's own sentences. Models are trained on the very files and kept in BUILD/bench/ until the
program changes. All figures are CPU time. --accept writes the table to bench/RESULTS.md.
"""

import os
import platform
import resource
import shutil
import subprocess
import sys
import time

TREE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.abspath(sys.argv[1])
WORK = os.path.join(BUILD, "bench-data")
SETS = {
    "airline": ["airline/en.train.txt"],
    "hospitality": ["hospitality/en.opinions.train.txt", "hospitality/da.opinions.train.txt"],
}
STAGES = [
    ("UTF-8 check", "utf8", None),
    ("tokens", "scan", None),
    ("language", "+language", "scan"),
    ("words, clauses, negation", "analyze", "+language"),
    ("features found", "+find", "analyze"),
    ("features merged", "+collect", "+find"),
    ("scoring, all of it", "+score", "analyze"),
    ("rules", "+rules", "+score"),
    ("evidence and place", "verdict", "+rules"),
    ("whole verdict", "verdict", None),
]
# enough messages for fastText that its start-up is a small part
FASTTEXT_LINES = 200000


def run(*command):
    environment = dict(os.environ, LYT_DATA=TREE)
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return dict(line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == 1)


def find_data():
    for folder in (os.environ.get("LYT_CORPORA"), os.environ.get("LYT_DATA"), os.path.join(TREE, "../shared/data")):
        if folder and all(os.path.exists(os.path.join(folder, f)) for files in SETS.values() for f in files):
            return {name: [os.path.join(folder, f) for f in files] for name, files in SETS.items()}
    pack = os.path.join(TREE, "models/hotel/training")
    return {"hotel pack": [os.path.join(pack, "en.txt"), os.path.join(pack, "da.txt")]}


def newer(path, *others):
    return os.path.exists(path) and all(os.path.getmtime(path) > os.path.getmtime(o) for o in others)


def train(name, files):
    model = os.path.join(WORK, name.replace(" ", "-") + ".lytm")
    lyt = os.path.join(BUILD, "lyt")
    if not newer(model, lyt, *files):
        print("lyt: training on %s" % name, file=sys.stderr)
        subprocess.run([lyt, "train", "-o", model, *files], env=dict(os.environ, LYT_DATA=TREE),
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return model


def cpu(*command):
    """CPU seconds of a command: the least of three runs."""
    least = None
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        least = spent if least is None else min(least, spent)
    return least


def fasttext(name, files):
    """ns a label by way of training; empty without fastText."""
    if not shutil.which("fasttext"):
        return {}
    stem = os.path.join(WORK, name.replace(" ", "-"))
    lines = [line for f in files for line in open(f, encoding="utf-8") if line.strip() and not line.startswith("#")]
    texts = [" ".join(w for w in line.split(" ") if not w.startswith("__label__")) for line in lines]
    copies = max(1, FASTTEXT_LINES // len(texts))
    with open(stem + ".train", "w", encoding="utf-8") as out:
        out.writelines(lines)
    with open(stem + ".in", "w", encoding="utf-8") as out:
        out.writelines(texts * copies)
    open(stem + ".none", "w").close()
    found = {}
    for way, options in (("default", []), ("wordNgrams 2", ["-wordNgrams", "2"])):
        model = stem + ".ft" + str(len(options))
        if not newer(model + ".bin", *files):
            subprocess.run(["fasttext", "supervised", "-input", stem + ".train", "-output", model, *options],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        whole = cpu("fasttext", "predict", model + ".bin", stem + ".in")
        start = cpu("fasttext", "predict", model + ".bin", stem + ".none")
        found[way] = (whole - start) / (len(texts) * copies) * 1e9
    return found


def table(name, files):
    model = train(name, files)
    stage = {k: float(v) for k, v in run(os.path.join(BUILD, "bench_stages"), model, *files).items()}
    whole = {k: float(v) for k, v in run(os.path.join(BUILD, "bench_verdict"), model, *files).items()}
    rows = [("%s, %d messages of %d bytes, %.2f failures each" %
             (name, whole["messages"], whole["bytes_each"], whole["failures"] / whole["messages"]), "")]
    for label, key, less in STAGES:
        rows.append(("  " + label, "%8.0f ns a message" % (stage[key] - (stage[less] if less else 0))))
    rows += [
        ("text to verdict, warm, minimum", "%8.2f us" % (whole["warm_min_ns"] / 1e3)),
        ("text to verdict, warm, median", "%8.2f us" % (whole["warm_median_ns"] / 1e3)),
        ("text to verdict, cold, median", "%8.2f us" % (whole["cold_median_ns"] / 1e3)),
        ("messages a CPU second", "%8.0f" % (1e9 / whole["warm_median_ns"])),
        ("two workers at once, each", "%8.0f%% of one alone" %
         (100 * whole["workers_1_cpu_ns"] / whole["workers_2_cpu_ns"])),
        ("dearest kilobyte", "%8.0f us" % (whole["hostile_ns"] / 1e3)),
        ("heap allocations, warm", "%8.0f" % whole["warm_allocations"]),
        ("start to first verdict", "%8.0f ms (wall %.0f)" % (whole["start_cpu_ms"], whole["start_wall_ms"])),
        ("memory", "%8.0f MiB" % whole["resident_mib"]),
    ]
    beside = fasttext(name, files)
    if not beside:
        rows.append(("fastText", "not installed: no ratio (Debian's package fasttext)"))
    for way, ns in beside.items():
        rows.append(("fastText, %s" % way, "%8.2f us a label; Lyt's verdicts are %.2f times as many" %
                     (ns / 1e3, ns / whole["warm_median_ns"])))
        rows.append(("  labels alone, no evidence", "%8.2f us; %.2f times as many" %
                     (stage["+rules"] / 1e3, ns / stage["+rules"])))
    return rows


def main():
    os.makedirs(WORK, exist_ok=True)
    lines = []
    for name, files in find_data().items():
        lines += ["%-38s %s" % row for row in table(name, files)] + [""]
    text = "\n".join(line.rstrip() for line in lines)
    print(text)
    if "--accept" in sys.argv:
        cpu_name = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "")
        with open(os.path.join(TREE, "bench/RESULTS.md"), "w", encoding="utf-8") as out:
            out.write(RESULTS % (time.strftime("%Y-%m-%d"), os.cpu_count(), cpu_name, platform.release(),
                                 os.getloadavg()[0], text))


RESULTS = """# Figures last accepted

Written by `./bootstrap bench --accept` on %s: %d cores of a %s, Linux %s, load %.1f.

CPU time throughout, one thread. A figure is of all messages of the files, in order: stages are the minimum of nine
runs, whole verdicts minimum and median of nine, after one run to warm up; *cold* is a new session each time, which
has met no word, with 16 MiB of other memory touched before. Models are `lyt train` of the very same files without
options; fastText is trained on the same file, labels the same messages many times over, and its start-up
(`predict` of an empty file) is taken off. *Dearest kilobyte*: the dearest of some forty kinds of hostile text.

```
%s
```
"""

if __name__ == "__main__":
    main()
