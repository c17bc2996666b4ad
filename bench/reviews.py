"""How well packs that never saw them read other people's reviews.

    python3 bench/reviews.py LYT PACK[,PACK...] FILE...

PACK is a shipped pack's name or a folder; with several, each is reported alone and then all
together, where a sentence counts as raised when one of them raises it. FILE is in fastText's format,
labelled with what failed ("food", or "food:negative" beside "room:positive") or with "none".

Of each file and of all: precision, recall and F1 of detection (did anything fail at all), false alarms
among sentences without a failure and among those whose every label is positive, and, of the
failures found, how many were given a scenario of the right group. Which groups a scenario belongs to
stands in reviews.groups beside this file; a scenario that is not there belongs to none.

--show false|missed|wrong prints those sentences instead, with what was raised.
"""

import argparse
import json
import os
import subprocess
import sys

LABEL = "__label__"


def read_groups():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "reviews.groups")
    groups = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            words = line.split()
            if words and not line.startswith("#"):
                groups.setdefault(words[0], set()).update(words[1:])
    return groups


class Sentence:
    def __init__(self, line):
        words = line.split(" ")
        labels = []
        while words and words[0].startswith(LABEL):
            labels.append(words.pop(0)[len(LABEL):])
        self.text = " ".join(words)
        self.failed = {name.partition(":")[0] for name in labels
                       if name != "none" and name.partition(":")[2] in ("", "negative")}
        self.praise = bool(labels) and all(name.endswith(":positive") for name in labels)


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [Sentence(line) for line in lines.read().splitlines() if line.startswith(LABEL)]


def judge(lyt, pack, sentences):
    """The scenarios each sentence raises."""
    stdin = "".join(sentence.text + "\n" for sentence in sentences)
    done = subprocess.run([lyt, "classify", "-p", pack, "--json"], input=stdin, encoding="utf-8",
                          stdout=subprocess.PIPE, check=True)
    raised = []
    for line, sentence in zip(done.stdout.splitlines(), sentences, strict=True):
        failures = json.loads(line)["failures"] if sentence.text.strip() else []
        raised.append([failure["scenario"] for failure in failures])
    return raised


def share(part, whole):
    return part / whole if whole else 0.0


def report(name, sentences, raised, groups):
    hits = [(s, r) for s, r in zip(sentences, raised) if s.failed and r]
    alarms = sum(1 for r in raised if r)
    failed = sum(1 for s in sentences if s.failed)
    calm = [r for s, r in zip(sentences, raised) if not s.failed]
    praise = [r for s, r in zip(sentences, raised) if s.praise]
    right = sum(1 for s, r in hits if any(groups.get(scenario, set()) & s.failed for scenario in r))
    precision, recall = share(len(hits), alarms), share(len(hits), failed)
    f1 = share(2 * precision * recall, precision + recall)
    print("  %-34s P %.3f  R %.3f  F1 %.3f   right group %5.1f %%   false %5.2f %% of %d without, %5.2f %% of %d praise"
          % (name, precision, recall, f1, 100 * share(right, len(hits)),
             100 * share(sum(1 for r in calm if r), len(calm)), len(calm),
             100 * share(sum(1 for r in praise if r), len(praise)), len(praise)))


def show(what, sentences, raised, groups):
    for sentence, scenarios in zip(sentences, raised):
        right = any(groups.get(scenario, set()) & sentence.failed for scenario in scenarios)
        kind = ("missed" if sentence.failed and not scenarios else
                "false" if scenarios and not sentence.failed else
                "wrong" if scenarios and not right else "")
        if kind == what:
            print("%s\t%s\t%s" % (" ".join(sorted(sentence.failed)) or "-", " ".join(scenarios) or "-", sentence.text))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lyt", help="the binary")
    parser.add_argument("packs", help="one or more, with commas between")
    parser.add_argument("files", nargs="+")
    parser.add_argument("--show", choices=["false", "missed", "wrong"])
    options = parser.parse_args()
    groups = read_groups()
    packs = options.packs.split(",")
    files = {path: read(path) for path in options.files}
    judged = {pack: {path: judge(options.lyt, pack, files[path]) for path in files} for pack in packs}
    if len(packs) > 1:
        judged["all together"] = {
            path: [sum(rows, []) for rows in zip(*(judged[pack][path] for pack in packs))] for path in files}
    for pack, by_path in judged.items():
        if options.show:
            if pack in (packs[0] if len(packs) == 1 else "all together"):
                for path in files:
                    show(options.show, files[path], by_path[path], groups)
            continue
        print(pack)
        for path in files:
            report(os.path.basename(path), files[path], by_path[path], groups)
        if len(files) > 1:
            report("all", sum(files.values(), []), sum(by_path.values(), []), groups)
    return 0


if __name__ == "__main__":
    sys.exit(main())
