"""Messages by people who knew the names and descriptions of a pack's scenarios and nothing else of it.

tests/golden/unforeseen/PACK.LANGUAGE.txt: text, what failed (nothing: quiet), what may be said too, and how it is told, with tabs
between. Nobody may mend a pack by what goes wrong here: the figures are what new guests will meet, as long as nobody does.
"""

import collections
import glob
import os
import sys
import unittest

from praise_test import ROOT, alarms, known, letters, verdicts

# Found at least, of all failures. Another training of the same sentences moves it by .02.
FOUND = {
    "hotel": {"en": 0.8, "da": 0.8},
    "restaurant": {"en": 0.75, "da": 0.73},
    "delivery": {"en": 0.76, "da": 0.74},
    "support": {"en": 0.71, "da": 0.71},
}
# Of what is said, at least; and of quiet messages those that raise an alarm at most.
RIGHT, FALSE = 0.82, 0.15


def rows(pack, language):
    path = os.path.join(ROOT, "tests", "golden", "unforeseen", "%s.%s.txt" % (pack, language))
    with open(path, encoding="utf-8") as lines:
        for line in lines.read().splitlines():
            text, truth, also, kind = line.split("\t")
            yield text, set(truth.split()), set(also.split()), kind


class Unforeseen(unittest.TestCase):
    def check(self, pack, language):
        messages = list(rows(pack, language))
        self.assertGreaterEqual(len(messages), 175)
        wanted, found = collections.Counter(), collections.Counter()
        said = right = quiet = false = 0
        for (_, truth, also, kind), verdict in zip(messages, verdicts(pack, [row[0] for row in messages]), strict=True):
            heard = set(alarms(verdict))
            wanted[kind] += len(truth)
            found[kind] += len(truth & heard)
            said += len(heard)
            right += len(heard & (truth | also))
            quiet += not truth
            false += not truth and bool(heard - also)
        print("%s, %s: %d of %d failures found (%s), %d of %d right, %d of %d quiet ones with an alarm"
              % (pack, language, found.total(), wanted.total(),
                 ", ".join("%s %d/%d" % (kind, found[kind], n) for kind, n in wanted.items() if n),
                 right, said, false, quiet))
        self.assertGreaterEqual(found.total() / wanted.total(), FOUND[pack][language])
        self.assertGreaterEqual(right / said, RIGHT)
        self.assertLessEqual(false / quiet, FALSE)

    def test_sc02_what_nobody_foresaw_is_heard(self):
        for pack, languages in FOUND.items():
            for language in languages:
                with self.subTest(pack=pack, language=language):
                    self.check(pack, language)

    def test_nl14_what_raises_no_alarm_is_unclear(self):
        """Of failures that nobody was told of most wait for somebody to read them; of what is quiet few do."""
        missed = seen = quiet = waiting = 0
        for pack, languages in FOUND.items():
            for language in languages:
                messages = list(rows(pack, language))
                for (_, truth, *_), verdict in zip(messages, verdicts(pack, [row[0] for row in messages]), strict=True):
                    if verdict["failures"]:
                        self.assertNotIn("unclear", verdict)
                    elif truth:
                        missed += 1
                        seen += verdict.get("unclear", False)
                    else:
                        quiet += 1
                        waiting += verdict.get("unclear", False)
        print("%d of %d messages with a failure that raise no alarm are unclear, and %d of %d quiet ones" % (seen, missed, waiting, quiet))
        self.assertGreaterEqual(seen / missed, 0.85)
        self.assertLessEqual(waiting / quiet, 0.22)

    def test_none_of_them_is_known(self):
        learned = known()
        paths = glob.glob(os.path.join(ROOT, "tests", "golden", "unforeseen", "*.txt"))
        self.assertEqual(len(paths), 2 * len(FOUND))
        for path in paths:
            texts = [row[0] for row in rows(*os.path.basename(path).split(".")[:2])]
            self.assertEqual([text for text in texts if letters(text) in learned], [])


if __name__ == "__main__":
    sys.exit(unittest.main())
