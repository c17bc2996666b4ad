"""What a few labelled messages teach, beside what they teach other tools; and what is known without any."""

import glob
import itertools
import json
import math
import os
import random
import shutil
import subprocess
import tempfile
import unittest
from collections import Counter, defaultdict

ROOT = os.environ["LYT_DATA"]
LYT = os.path.abspath(os.environ["LYT_BINARY"])
FASTTEXT = shutil.which("fasttext")
LABEL = "__label__"
FOLDER = tempfile.mkdtemp(prefix="lyt-learn-")
# lines of the hotel's sentences that were there when its rules were written
WRITTEN_BESIDE = 9770

# Dictionaries, but not topics.lytm: it was made of the very sentences that are learned and judged here.
WORDS = os.path.join(FOLDER, "words")


def setUpModule():
    os.mkdir(WORDS)
    for table in glob.glob(os.path.join(os.path.dirname(LYT), "models", "*.lytw")):
        os.symlink(table, os.path.join(WORDS, os.path.basename(table)))


def tearDownModule():
    shutil.rmtree(FOLDER)


def lyt(*arguments):
    done = subprocess.run([LYT, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                          env={**os.environ, "LYT_WORDS": WORDS}, check=False)
    if done.returncode:
        raise AssertionError(done.stderr)
    return done.stdout


def write(name, rows):
    path = os.path.join(FOLDER, name)
    with open(path, "w", encoding="utf-8") as file:
        file.writelines("%s%s %s\n" % (LABEL, label, text) for label, text in rows)
    return path


def sentences(pack, language):
    """Those of exactly one label, shuffled, the same every time."""
    rows = []
    with open(os.path.join(ROOT, "models", pack, "training", language + ".txt"), encoding="utf-8") as lines:
        for line in lines:
            words = line.split()
            if len(words) > 1 and words[0].startswith(LABEL) and not words[1].startswith(LABEL):
                rows.append((words[0][len(LABEL):], " ".join(words[1:])))
    random.Random(4).shuffle(rows)
    return rows


def macro_f1(pairs):
    """Of (truth, said), over all labels but none that are there or were said."""
    right, said, there = Counter(), Counter(), Counter()
    for truth, guess in pairs:
        there[truth] += 1
        said[guess] += 1
        right[truth] += truth == guess
    labels = (set(there) | set(said)) - {"none"}
    return sum(2 * right[k] / (there[k] + said[k]) for k in labels) / len(labels)


def of_lyt(train, test):
    model = os.path.join(FOLDER, "lyt.lytm")
    lyt("train", "-o", model, write("train.txt", train))
    said = json.loads(lyt("eval", "-m", model, "--json", write("test.txt", test)))
    return said["macro_f1"]


def of_fasttext(train, test, *more):
    """The settings that its own tutorial ends with, and characters."""
    model = os.path.join(FOLDER, "fasttext")
    subprocess.run([FASTTEXT, "supervised", "-input", write("train.txt", train), "-output", model, "-lr", "0.5",
                    "-epoch", "25", "-wordNgrams", "2", "-bucket", "200000", "-dim", "50", "-thread", "1",
                    "-seed", "1", "-verbose", "0", *more], check=True, stdout=subprocess.DEVNULL)
    path = os.path.join(FOLDER, "texts.txt")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(text.lower() + "\n" for _, text in test)
    said = subprocess.run([FASTTEXT, "predict", model + ".bin", path], check=True, stdout=subprocess.PIPE,
                          encoding="utf-8").stdout.split()
    return macro_f1((row[0], guess[len(LABEL):]) for row, guess in zip(test, said, strict=True))


def features(text):
    """Words and pairs of neighbours."""
    words = "".join(c if c.isalnum() or c == "'" else " " for c in text.lower()).split()
    return words + [a + " " + b for a, b in zip(words, words[1:])]


def of_naive_bayes(train, test):
    counts, messages = defaultdict(Counter), Counter()
    for label, text in train:
        counts[label].update(features(text))
        messages[label] += 1
    known = set().union(*counts.values())
    total = {label: sum(counts[label].values()) + .1 * len(known) for label in counts}
    pairs = []
    for truth, text in test:
        met = [f for f in features(text) if f in known]
        pairs.append((truth, max(counts, key=lambda k: math.log(messages[k]) + sum(
            math.log((counts[k][f] + .1) / total[k]) for f in met))))
    return macro_f1(pairs)


def of_perceptron(train, test):
    """A linear model that learns by its errors, its weights averaged over ten passes."""
    df = Counter(f for _, text in train for f in set(features(text)))

    def vector(text):
        row = {f: math.log(1 + len(train) / df[f]) for f in set(features(text)) if f in df}
        length = math.sqrt(sum(x * x for x in row.values())) or 1
        return [(f, x / length) for f, x in row.items()]

    labels = sorted({label for label, _ in train})
    now, sums, rows, step = defaultdict(float), defaultdict(float), [(k, vector(t)) for k, t in train], 1

    def best(weights, row):
        return max(labels, key=lambda k: sum(weights.get((k, f), 0) * x for f, x in row))

    for _ in range(10):
        random.Random(step).shuffle(rows)
        for truth, row in rows:
            guess = best(now, row)
            for label, sign in ((truth, 1), (guess, -1)) if guess != truth else ():
                for f, x in row:
                    now[label, f] += sign * x
                    sums[label, f] += sign * x * step
            step += 1
    mean = {key: now[key] - sums[key] / step for key in now}
    return macro_f1((truth, best(mean, vector(text))) for truth, text in test)


class Learning(unittest.TestCase):
    @unittest.skipUnless(FASTTEXT, "Debian's fasttext is not installed")
    def test_nl09_macro_f1_beside_fasttext(self):
        for pack, language in (("restaurant", "en"), ("restaurant", "da")):
            with self.subTest(pack=pack, language=language):
                rows = sentences(pack, language)
                # of some 5,000 sentences: all 15,000 of a pack say the same and take three times as long
                train, test = rows[:5000], rows[len(rows) * 2 // 3 :]
                ours = of_lyt(train, test)
                theirs = max(of_fasttext([(k, t.lower()) for k, t in train], test, *more)
                             for more in ((), ("-minn", "3", "-maxn", "5")))
                print("macro-F1 %s %s: %.3f, fastText %.3f" % (pack, language, ours, theirs))
                self.assertGreater(ours, theirs)

    def test_nl19_a_few_messages_a_class_beat_linear_models(self):
        by_label = defaultdict(list)
        for label, text in sentences("hotel", "en"):
            if label != "none":
                by_label[label].append((label, text))
        labels = [k for k in sorted(by_label) if len(by_label[k]) >= 70][:20]
        self.assertEqual(len(labels), 20)
        test = [row for k in labels for row in by_label[k][50:90]]
        for n in (5, 10, 20, 50):
            with self.subTest(n=n):
                train = [row for k in labels for row in by_label[k][:n]]
                ours = of_lyt(train, test)
                bayes, perceptron = of_naive_bayes(train, test), of_perceptron(train, test)
                print("%d a class: macro-F1 %.3f, naive Bayes %.3f, perceptron %.3f" % (
                    n, ours, bayes, perceptron))
                self.assertGreater(ours, max(bayes, perceptron))


class Untrained(unittest.TestCase):
    def test_nl19_rules_alone(self):
        """No sentence was learned: what the scenarios' rules hear of the sentences that others would learn."""
        pack = os.path.join(FOLDER, "hotel")
        shutil.copytree(os.path.join(ROOT, "models", "hotel"), pack)
        shutil.rmtree(os.path.join(pack, "training"))
        lyt("pack", "build", pack)
        for language in ("en", "da"):
            path = os.path.join(ROOT, "models", "hotel", "training", language + ".txt")
            beside = os.path.join(FOLDER, "beside." + language + ".txt")
            with open(path, encoding="utf-8") as all_lines, open(beside, "w", encoding="utf-8") as first:
                first.writelines(itertools.islice(all_lines, WRITTEN_BESIDE))
            # new sentences come at the end: of them rules hear less
            for what, judged, macro, detection in (("those that came first", beside, .5, .68), ("all", path, .38, .6)):
                with self.subTest(language=language, judged=what):
                    said = json.loads(lyt("eval", "-p", pack, "--json", judged))
                    print("rules alone, %s, %s: macro-F1 %.3f, detection F1 %.3f" % (
                        language, what, said["macro_f1"], said["detect_f1"]))
                    self.assertGreater(said["macro_f1"], macro)
                    self.assertGreater(said["detect_f1"], detection)

    def test_nl19_one_word_and_no_least_count(self):
        model = os.path.join(FOLDER, "two.lytm")
        lyt("train", "-o", model, write("two.txt", [("cold", "freezing"), ("noise", "loud")]))
        texts = os.path.join(FOLDER, "words.txt")
        with open(texts, "w", encoding="utf-8") as file:
            file.write("freezing\nloud\n")
        first, second = (json.loads(line) for line in lyt("classify", "-m", model, "--json", texts).splitlines())
        self.assertEqual([f["scenario"] for f in first["failures"]], ["cold"])
        self.assertEqual([f["scenario"] for f in second["failures"]], ["noise"])


if __name__ == "__main__":
    unittest.main()
