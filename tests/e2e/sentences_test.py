"""Messages of several sentences, as guests write them: one matter told in three, two matters, a failure amid praise,
praise alone. What is said once in them is heard as if it had come alone."""

import json
import os
import subprocess
import sys
import unittest

ROOT = os.environ["LYT_DATA"]
LYT = os.environ["LYT_BINARY"]

# Of about a hundred messages and failures each: found at least, and said wrongly at most. Where a short sentence
# adds to the others was chosen on these (src/scenario/decide.c), so that new ones fare a little worse.
FOUND = {"en": 87, "da": 82}
WRONG = {"en": 12, "da": 14}


def messages(language):
    """Text, what failed, and what may be said too."""
    with open(os.path.join(ROOT, "tests", "golden", "sentences.%s.txt" % language), encoding="utf-8") as lines:
        for line in lines.read().splitlines():
            text, truth, also = line.split("\t")
            yield text, set(truth.split()), set(also.split())


def failures(texts):
    done = subprocess.run([LYT, "classify", "-p", "hotel", "--json"], input="".join(t + "\n" for t in texts),
                          encoding="utf-8", stdout=subprocess.PIPE, check=True)
    return [{f["scenario"]: f for f in json.loads(line)["failures"]} for line in done.stdout.splitlines()]


def end(text):
    return text if text[-1] in ".!?" else text + "."


class Sentences(unittest.TestCase):
    def test_nl10_what_is_said_in_one_of_them_is_found(self):
        for language in ("en", "da"):
            rows = list(messages(language))
            wanted, found, wrong = 0, 0, []
            for (text, truth, also), said in zip(rows, failures([row[0] for row in rows]), strict=True):
                wanted += len(truth)
                found += len(truth & set(said))
                wrong += [(scenario, text) for scenario in set(said) - truth - also]
            print("%s: %d of %d failures in %d messages of several sentences, %d said wrongly"
                  % (language, found, wanted, len(rows), len(wrong)))
            self.assertGreaterEqual(found, FOUND[language])
            self.assertLessEqual(len(wrong), WRONG[language], wrong)

    def test_a_failure_is_not_lost_in_a_long_letter(self):
        """Each sentence with one failure among six of praise: it was heard alone, and is so still, where it stands."""
        with open(os.path.join(ROOT, "tests", "golden", "praise.en.txt"), encoding="utf-8") as lines:
            praise = [text for text in lines.read().splitlines() if len(text.split()) > 3][:60]
        silent = [text for text, said in zip(praise, failures(praise), strict=True) if not said]
        complaints = ["the toilet in 214 is blocked", "we were charged twice for the same night",
                      "there are bed bugs in the mattress", "the wifi drops out every other minute",
                      "the man at the desk was very rude to my wife", "nobody has cleaned our room since Friday",
                      "the music from the bar kept us awake until three", "we waited two hours for our dinner"]
        for i, complaint in enumerate(complaints):
            before = " ".join(end(text) for text in silent[6 * i:6 * i + 3])
            after = " ".join(end(text) for text in silent[6 * i + 3:6 * i + 6])
            letter = "%s %s %s" % (before, end(complaint).capitalize(), after)
            alone, among = failures([complaint, letter])
            self.assertTrue(alone, complaint)
            # what is told of it may be more than one thing, but of nothing else
            self.assertLessEqual(set(alone), set(among), letter)
            for failure in among.values():
                at = len(before.encode()) + 1
                self.assertTrue(at <= failure["start"] < failure["end"] <= at + len(complaint.encode()) + 1, letter)

    def test_a_failure_is_heard_in_one_long_sentence(self):
        """The simulated day's failures that are heard alone, each between two bits of praise, with commas between them."""
        with open(os.path.join(ROOT, "models", "hotel", "day.jsonl"), encoding="utf-8") as lines:
            day = [json.loads(line) for line in lines]
        for language, glue in (("en", ", and "), ("da", ", og ")):
            with open(os.path.join(ROOT, "tests", "golden", "praise.%s.txt" % language), encoding="utf-8") as lines:
                praise = [text.rstrip(".!") for text in lines.read().splitlines() if len(text.split()) > 3]
            praise = [text for text, said in zip(praise, failures(praise), strict=True) if not said]
            texts = [m["text"] for m in day if m["truth"] and m["language"] == language]
            heard = [(text, set(said)) for text, said in zip(texts, failures(texts), strict=True) if said]
            among = failures([glue.join((praise[2 * i], text.rstrip(".!"), praise[2 * i + 1]))
                              for i, (text, _) in enumerate(heard)])
            kept = sum(bool(said & set(now)) for (_, said), now in zip(heard, among, strict=True))
            print("%s: %d of %d failures are heard between two bits of praise" % (language, kept, len(heard)))
            self.assertGreaterEqual(kept, 0.75 * len(heard))

    def test_who_is_polite_is_heard_as_well(self):
        """Greetings and thanks around the simulated day's failures that are heard alone."""
        around = {"en": [("Good evening,", "Thanks"), ("Hello!", "Kind regards, John"), ("Hi,", ":)")],
                  "da": [("Godaften,", "Tak"), ("Hej!", "Med venlig hilsen Jens"), ("Hej,", "På forhånd tak \N{PERSON WITH FOLDED HANDS}")]}
        with open(os.path.join(ROOT, "models", "hotel", "day.jsonl"), encoding="utf-8") as lines:
            day = [json.loads(line) for line in lines]
        for language, pairs in around.items():
            texts = [m["text"] for m in day if m["truth"] and m["language"] == language]
            heard = [(text, set(said)) for text, said in zip(texts, failures(texts), strict=True) if said]
            for hello, thanks in pairs:
                polite = failures(["%s %s %s" % (hello, end(text), thanks) for text, _ in heard])
                deaf = [text for (text, said), now in zip(heard, polite, strict=True) if not said & set(now)]
                self.assertLessEqual(len(deaf), 0.02 * len(heard), (hello, thanks, deaf))

    def test_the_number_of_a_room_decides_nothing(self):
        """A failure that is heard in one room is heard in every other, and who waits 41 minutes waits as long as who waits 57."""
        for text, numbers in (("It is cold in %d", range(101, 700, 7)), ("Room %d smells a bit", range(101, 700, 7)),
                              ("the tv in %d wont turn on", range(101, 700, 7)), ("Det er koldt på %d", range(101, 700, 7)),
                              ("Der lugter lidt på %d", range(101, 700, 7)), ("Bruseren på %d drypper", range(101, 700, 7)),
                              ("Waited %d minutes for the bill", range(20, 99)), ("Vi ventede %d minutter på maden", range(20, 99))):
            said = {tuple(sorted((k, f["probability"]) for k, f in now.items())) for now in failures([text % n for n in numbers])}
            self.assertEqual(len(said), 1, (text, said))
            self.assertTrue(said.pop(), text)


if __name__ == "__main__":
    sys.exit(unittest.main())
