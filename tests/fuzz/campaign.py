#!/usr/bin/env python3
"""Every fuzzer to so many executions, one after the other, over as many sittings as it takes.

usage: campaign.py RUNS BUILD [HARNESS…]

$LYT_FUZZ_DIR (~/.cache/lyt-fuzz) keeps what was found from one sitting to the next: corpus/HARNESS, the
inputs that reach something of their own; findings/HARNESS, what broke it; state/HARNESS.json, how far
this very binary has come. A harness that is there already is passed over, a changed binary begins anew.
Prints one line a harness. Exit code 1: something broke, or a harness was stopped on its way; run it again.

$LYT_SEED begins the row of seeds, one a slice of $LYT_FUZZ_SLICE_S seconds (300) or an eighth of the executions.
"""

import glob
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
KEPT = os.environ.get("LYT_FUZZ_DIR") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "lyt-fuzz")
SLICE_S = int(os.environ.get("LYT_FUZZ_SLICE_S", "300"))
SLICES_MIN = 8  # a quick one, too, has sittings with long inputs
# What was freed is kept for a while that the processor can hold (1 MB, more than an execution frees), and of allocations
# the caller alone: half as fast again. What breaks is kept as an input; `./bootstrap asan` replays it with all of the stacks.
SANITIZER = ("quarantine_size_mb=1:thread_local_quarantine_size_kb=64:malloc_context_size=1:max_malloc_fill_size=0:"
             + os.environ.get("ASAN_OPTIONS", ""))

# Three sittings of four take inputs up to that length, in which a mutation meets something sooner and which cost a
# fraction; the fourth, a quarter of their time, takes any that libFuzzer makes by itself (4096). What is kept is longer
# here and there: it is cut then.
SHORT = {
    "affix": 256, "board": 512, "bookfile": 1024, "catalogue": 512, "channelfile": 1024, "clause": 256, "compound": 128,
    "contact": 256, "csv": 512, "delicate": 512, "experience": 1024, "facts": 1024, "features": 256, "feed": 700,
    "gateway": 400, "guestfile": 1024, "heard": 1024, "json": 512, "mail": 1280, "mappingfile": 1280, "outbox": 256,
    "personal": 256, "question": 512, "settings": 1024, "smsjoin": 400, "smswords": 256, "store": 512, "survey": 1024,
    "text": 256, "token": 256, "vocab": 128, "yaml": 512,
}

# Which input is changed next goes by what was seen rarely. To keep count of the sixteen rarest things, and of each up
# to sixteen times, costs a third of the time less than of libFuzzer's hundred and 255.
CHOICE = ["-entropic_number_of_rarest_features=16", "-entropic_feature_frequency_threshold=16"]


class Stopped(Exception):
    pass


def stop(number, frame):
    raise Stopped


def digest_of(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def kept(*parts):
    path = os.path.join(KEPT, *parts)
    os.makedirs(path, exist_ok=True)
    return path


def load(name, binary):
    """How far this binary has come: executions, seconds, slices, the first seed, what broke it."""
    fresh = {"binary": binary, "executions": 0, "seconds": 0.0, "slices": 0, "broke": [],
             "seed": int(os.environ.get("LYT_SEED", time.time_ns() % 1000003))}
    try:
        with open(os.path.join(kept("state"), name + ".json")) as file:
            state = json.load(file)
    except (OSError, ValueError):
        return fresh
    return state if state.get("binary") == binary else fresh


def save(name, state):
    path = os.path.join(kept("state"), name + ".json")
    with open(path + ".new", "w") as file:
        json.dump(state, file)
    os.replace(path + ".new", path)


def run_slice(fuzzer, name, state, runs):
    """One sitting of the fuzzer. True: go on; False: it broke."""
    findings = kept("findings", name)
    log = os.path.join(kept("log"), name)
    before = set(os.listdir(findings))
    begun = time.monotonic()
    is_short = name in SHORT and state["slices"] % 4 != 3
    seconds = SLICE_S if is_short or name not in SHORT else SLICE_S // 4
    runs_now = min(runs - state["executions"], -(-runs // SLICES_MIN))
    with open(log, "wb") as out:
        process = subprocess.Popen(
            [fuzzer, "-runs=%d" % runs_now, "-seed=%d" % (state["seed"] + state["slices"]), *CHOICE,
             *(["-max_len=%d" % SHORT[name]] if is_short else []), "-max_total_time=%d" % seconds, "-timeout=60",
             "-rss_limit_mb=2048", "-print_final_stats=1", "-artifact_prefix=%s/" % findings,
             kept("corpus", name), os.path.join(HERE, "corpus", name)],
            stdout=out, stderr=out, env=dict(os.environ, ASAN_OPTIONS=SANITIZER))
        stopped = False
        try:
            process.wait()
        except (KeyboardInterrupt, Stopped):
            stopped = True
            process.send_signal(signal.SIGINT)  # it says how far it came
            process.wait()
    with open(log, errors="replace") as file:
        text = file.read()
    done = re.search(r"stat::number_of_executed_units: (\d+)", text)
    state["executions"] += int(done.group(1)) if done else 0
    state["seconds"] += time.monotonic() - begun
    state["slices"] += 1
    broke = sorted(set(os.listdir(findings)) - before)
    if not stopped and process.returncode != 0:
        state["broke"] += broke or ["exit %d" % process.returncode]
        sys.stderr.write(text[-6000:])
    save(name, state)
    if stopped:
        raise Stopped
    return not state["broke"]


def line(name, state, runs, word):
    print("fuzz %-12s %10d of %d executions, %6.0f/s, %d broke it%s, seeds %d to %d: %s" % (
        name, state["executions"], runs, state["executions"] / max(state["seconds"], 0.001),
        len(state["broke"]), "".join(" " + one for one in state["broke"]), state["seed"],
        state["seed"] + max(state["slices"], 1) - 1, word), flush=True)


def campaign(runs, build, names):
    is_clean = True
    for name in names:
        fuzzer = os.path.join(build, "tests", "fuzz", name + "_fuzz")
        state = load(name, digest_of(fuzzer))
        word = "done before" if state["executions"] >= runs else "done"
        try:
            while state["executions"] < runs and not state["broke"]:
                if not run_slice(fuzzer, name, state, runs):
                    break
        except Stopped:
            line(name, state, runs, "stopped; run it again to go on")
            return False
        line(name, state, runs, "BROKEN" if state["broke"] else word)
        is_clean = is_clean and not state["broke"]
    return is_clean


def main():
    if len(sys.argv) < 3 or not sys.argv[1].isdigit():
        sys.stderr.write(__doc__)
        return 2
    runs, build, names = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
    there = sorted(os.path.basename(path)[:-len("_fuzz")]
                   for path in glob.glob(os.path.join(build, "tests", "fuzz", "*_fuzz")) if os.path.isfile(path))
    unknown = [name for name in names if name not in there]
    if unknown or not there:
        sys.stderr.write("lyt: %s in %s; there are: %s\n" % (
            "no fuzzer " + ", ".join(unknown) if unknown else "no fuzzers", build, " ".join(there) or "none"))
        return 2
    signal.signal(signal.SIGTERM, stop)
    return 0 if campaign(runs, build, names or there) else 1


if __name__ == "__main__":
    sys.exit(main())
