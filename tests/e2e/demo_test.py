"""The simulated hotel day: the figures it prints are those of the day and of the database."""

import json
import os
import shutil
import sqlite3
import unittest

from lyt_service import ROOT, lyt, main


class Demo(unittest.TestCase):
    def test_figures_are_true(self):
        day = []
        with open(os.path.join(ROOT, "models/hotel/day.jsonl"), encoding="utf-8") as file:
            day = [json.loads(line) for line in file]
        self.assertGreaterEqual(len(day), 300)
        done = lyt("demo", "--json", "--rate", 400, check=0)
        summary = json.loads(done.out.splitlines()[-1])
        try:
            self.check(summary, day)
        finally:
            shutil.rmtree(summary["state"])

    def check(self, summary, day):
        truth = sum(len(row["truth"]) for row in day)
        self.assertEqual(summary["messages"], len(day))
        self.assertEqual(summary["accepted"], len(day))
        self.assertEqual(summary["classified"], len(day))
        self.assertEqual(summary["found"] + summary["missed"], truth)
        self.assertEqual(summary["found"] + summary["false"], summary["alarms"])
        self.assertEqual(len(summary["missed_list"]), summary["missed"])
        self.assertEqual(len(summary["false_list"]), summary["false"])
        self.assertLessEqual(summary["latency_ms"]["p50"], summary["latency_ms"]["p99"])
        db = sqlite3.connect("file:%s/lyt.db?mode=ro" % summary["state"], uri=True)
        alarms = {
            (json.loads(text)["id"], json.loads(text)["scenario"])
            for (text,) in db.execute("SELECT json FROM event WHERE topic LIKE 'alarm.%'")
        }
        db.close()
        wanted = {(row["id"], scenario) for row in day for scenario in row["truth"]}
        self.assertEqual(summary["found"], len(alarms & wanted))
        self.assertEqual(summary["false"], len(alarms - wanted))

    def test_no_sentence_of_the_day_is_trained_on(self):
        def words(text):
            return "".join(c for c in text.lower() if c.isalnum())

        known = set()
        for pack in ("delivery", "hotel", "restaurant", "support"):
            for language in ("en", "da"):
                with open(os.path.join(ROOT, "models", pack, "training", language + ".txt"), encoding="utf-8") as file:
                    for line in file:
                        if not line.startswith("#"):
                            known.add(words(" ".join(w for w in line.split() if not w.startswith("__label__"))))
        with open(os.path.join(ROOT, "models/hotel/day.jsonl"), encoding="utf-8") as file:
            same = [row["text"] for row in map(json.loads, file) if len(words(row["text"])) > 12
                    and words(row["text"]) in known]
        self.assertEqual(same, [])


if __name__ == "__main__":
    main()
