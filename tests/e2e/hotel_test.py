"""The hotel pack against the lists it must master (tests/golden): negation, safety, several issues at once."""

import json
import os
import subprocess
import sys
import unittest

ROOT = os.environ["LYT_DATA"]
LYT = os.environ["LYT_BINARY"]


def rows(name):
    with open(os.path.join(ROOT, "tests", "golden", name), encoding="utf-8") as lines:
        return [line.rstrip("\n").split("\t") for line in lines if line.strip()]


def failures(texts):
    done = subprocess.run([LYT, "classify", "-p", "hotel", "--json"], input="".join(t + "\n" for t in texts),
                          encoding="utf-8", stdout=subprocess.PIPE, check=True)
    return [json.loads(line)["failures"] for line in done.stdout.splitlines()]


def scenarios(found):
    return {failure["scenario"] for failure in found}


class Hotel(unittest.TestCase):
    def test_nl11_a_negation_turns_a_complaint_into_praise_and_praise_into_a_complaint(self):
        pairs = rows("negation.txt")
        found = failures([text for complaint, praise, _ in pairs for text in (complaint, praise)])
        wrong = [pair for pair, complaint, praise in zip(pairs, found[::2], found[1::2])
                 if pair[2] not in scenarios(complaint) or pair[2] in scenarios(praise)]
        self.assertEqual(len(pairs), 100)
        self.assertLessEqual(len(wrong), 5, wrong)

    def test_nl13_danger_is_heard_and_is_severity_4_even_misspelt(self):
        texts = [text for row in rows("safety.txt") for text in row[1:]]
        deaf = [text for text, found in zip(texts, failures(texts))
                if max((failure["severity"] for failure in found), default=0) < 4]
        self.assertEqual(deaf, [])

    def test_nl02_two_languages_in_one_message_are_two_scenarios(self):
        for text, wanted in (
            ("Værelset is so dirty og AC virker ikke", {"room-not-cleaned", "room-too-warm"}),
            ("Vores room er dirty og the shower is cold", {"room-not-cleaned", "no-hot-water"}),
        ):
            self.assertEqual(scenarios(failures([text])[0]), wanted, text)

    def test_nl10_each_of_several_issues_is_found_with_a_span_of_its_own(self):
        messages = rows("several.txt")
        wanted, missed = 0, []
        for (text, truth), found in zip(messages, failures([text for text, _ in messages])):
            spans = {failure["scenario"]: (failure["start"], failure["end"]) for failure in found}
            for scenario in truth.split():
                wanted += 1
                span = spans.get(scenario)
                if span is None or any(span == spans.get(other) for other in truth.split() if other != scenario):
                    missed.append((scenario, text))
        self.assertEqual(len(messages), 50)
        self.assertGreaterEqual(wanted - len(missed), 0.85 * wanted, missed)


if __name__ == "__main__":
    sys.exit(unittest.main())
