"""Everyday messages in which nothing failed: questions, orders, thanks, plans, small talk. None of them may be learned from.

tests/golden/quiet/PACK.LANGUAGE.txt, one a line, by people who knew the names and descriptions of a pack's scenarios and nothing else
of it. Nobody may mend a pack by what goes wrong here.
"""

import os
import sys
import unittest

from praise_test import LANGUAGES, ROOT, alarms, known, letters, verdicts

PACKS = ("hotel", "restaurant", "delivery", "support")
# At most, of ninety: what is reached is 3 to 7, and another training of the same sentences moves it by two. Half of them are hard:
# what was feared, mended at once, elsewhere, one's own doing, or a figure of speech.
MOST = 9


def quiet(pack, language):
    path = os.path.join(ROOT, "tests", "golden", "quiet", "%s.%s.txt" % (pack, language))
    with open(path, encoding="utf-8") as lines:
        return lines.read().splitlines()


class Quiet(unittest.TestCase):
    def test_they_are_known_to_no_pack(self):
        learned = known()
        for pack in PACKS:
            for language in LANGUAGES:
                texts = quiet(pack, language)
                self.assertGreaterEqual(len(texts), 88)
                self.assertEqual(len({letters(text) for text in texts}), len(texts))
                self.assertEqual([text for text in texts if letters(text) in learned], [])

    def test_nl12_they_wake_nobody(self):
        for pack in PACKS:
            for language in LANGUAGES:
                with self.subTest(pack=pack, language=language):
                    texts = quiet(pack, language)
                    heard = [(text, alarms(verdict)) for text, verdict in zip(texts, verdicts(pack, texts), strict=True)]
                    false = [(text, scenarios) for text, scenarios in heard if scenarios]
                    print("%s, %s: %d of %d quiet messages raise an alarm" % (pack, language, len(false), len(texts)))
                    self.assertLessEqual(len(false), MOST, false)


if __name__ == "__main__":
    sys.exit(unittest.main())
