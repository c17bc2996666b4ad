"""What should wake nobody: a thousand sentences of praise that no pack has learned, and how many of them raise an alarm;
and small words alone, as a pocket sends them."""

import glob
import json
import os
import re
import subprocess
import sys
import unittest

ROOT = os.environ["LYT_DATA"]
LYT = os.environ["LYT_BINARY"]
LANGUAGES = ("da", "en")

# What is reached, in alarms of 500; the aim is 5. One sentence in six names a failure that was feared, mended
# or another house's. Rules that were heard in some of them were narrowed since: new praise fares worse.
MOST = {"hotel": 8, "restaurant": 4}


def praise(language):
    with open(os.path.join(ROOT, "tests", "golden", "praise.%s.txt" % language), encoding="utf-8") as lines:
        return lines.read().splitlines()


def verdicts(pack, texts):
    done = subprocess.run([LYT, "classify", "-p", pack, "--json"], input="".join(t + "\n" for t in texts),
                          encoding="utf-8", stdout=subprocess.PIPE, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def alarms(verdict):
    """As a service decides: complaints and requests alarm, and severity 3 and 4 whatever the kind."""
    return [f["scenario"] for f in verdict["failures"]
            if verdict["kind"] in ("complaint", "request") or f["severity"] >= 3]


def small_words(language):
    """The stop words of the language's lexicon."""
    with open(os.path.join(ROOT, "lexicons", language + ".yaml"), encoding="utf-8") as file:
        found = re.search(r"^stop: \[(.*?)\]", file.read(), re.DOTALL | re.MULTILINE)
    return [word.strip(" \n\"'") for word in found.group(1).split(",")]


def letters(text):
    return "".join(c for c in text.lower() if c.isalnum())


def known():
    """All that packs learn from or are tested with."""
    found = set()
    for path in glob.glob(os.path.join(ROOT, "models", "*", "training", "*.txt")):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                if not line.startswith("#"):
                    found.add(letters(" ".join(w for w in line.split() if not w.startswith("__label__"))))
    for path in glob.glob(os.path.join(ROOT, "models", "*", "scenarios", "*.yaml")):
        with open(path, encoding="utf-8") as lines:
            found.update(letters(line) for line in lines if line.lstrip().startswith("- "))
    for path in glob.glob(os.path.join(ROOT, "models", "*", "day.jsonl")):
        with open(path, encoding="utf-8") as lines:
            found.update(letters(json.loads(line)["text"]) for line in lines)
    return found


class Praise(unittest.TestCase):
    def test_five_hundred_a_language_each_once_and_none_of_them_known(self):
        learned = known()
        self.assertGreater(len(learned), 20000)
        for language in LANGUAGES:
            texts = praise(language)
            self.assertEqual(len(texts), 500)
            self.assertEqual(len({letters(text) for text in texts}), 500)
            self.assertEqual([text for text in texts if letters(text) in learned], [])

    def test_nl12_few_of_them_raise_an_alarm(self):
        for pack, most in MOST.items():
            for language in LANGUAGES:
                texts = praise(language)
                heard = [(text, alarms(verdict)) for text, verdict in zip(texts, verdicts(pack, texts), strict=True)]
                false = [(text, scenarios) for text, scenarios in heard if scenarios]
                print("%s, %s: %d of %d sentences of praise raise an alarm, %.1f %%"
                      % (pack, language, len(false), len(texts), 100 * len(false) / len(texts)))
                self.assertLessEqual(len(false), most, false)

    def test_small_words_alone_wake_nobody(self):
        for pack in ("hotel", "restaurant", "delivery", "support"):
            for language in LANGUAGES:
                words = small_words(language)
                self.assertGreater(len(words), 200)
                texts = words + ["%s %s %s!" % (word, word, word) for word in words]
                heard = [(text, verdict["failures"]) for text, verdict in zip(texts, verdicts(pack, texts), strict=True)
                         if alarms(verdict)]
                # what is left is felt about ("ill") or a rule's ("gone")
                self.assertLessEqual(len(heard), 6, heard)
                self.assertEqual([text for text, failures in heard if any(f["severity"] >= 4 for f in failures)], [])


if __name__ == "__main__":
    sys.exit(unittest.main())
