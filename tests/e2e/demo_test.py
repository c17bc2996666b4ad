"""The simulated hotel day: the figures it prints are those of the day and of the database."""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import unittest
import urllib.request

from lyt_service import LYT, ROOT, lyt, main


class Demo(unittest.TestCase):
    def test_op11_figures_are_true(self):
        day = []
        with open(os.path.join(ROOT, "models/hotel/day.jsonl"), encoding="utf-8") as file:
            day = [json.loads(line) for line in file]
        self.assertGreaterEqual(len(day), 300)
        done = lyt("demo", "--json", "--rate", 400, check=0)
        summary = json.loads(done.out.splitlines()[-1])
        try:
            self.check(summary, day)
            self.check_recovery(summary["recovery"])
        finally:
            shutil.rmtree(summary["state"])

    def test_the_day_can_be_looked_at(self):
        demo = subprocess.Popen([LYT, "demo", "--keep", "--no-recovery", "--rate", "2000"], stdout=subprocess.PIPE)
        state = None
        try:
            for line in demo.stdout:
                words = line.decode().split()
                if words[:1] == ["state"]:
                    state = words[1]
                if words[:1] == ["board"]:
                    break
            url = words[1]
            with urllib.request.urlopen(url, timeout=60) as page:
                self.assertIn("text/html", page.headers["Content-Type"])
            with urllib.request.urlopen(url + "api/v1/incidents", timeout=60) as answer:
                self.assertTrue(json.load(answer)["incidents"])
        finally:
            demo.send_signal(signal.SIGINT)
            self.assertEqual(demo.wait(timeout=60), 0)
            demo.stdout.close()
            shutil.rmtree(state or "", ignore_errors=True)

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
        # nine of ten found; of the messages in which nothing failed, three of a hundred may alarm
        self.assertGreaterEqual(summary["found"], 0.9 * truth)
        calm = {row["id"] for row in day if not row["truth"]}
        self.assertLessEqual(len({feedback for feedback, _ in alarms} & calm), 0.03 * len(day))
        self.assertLessEqual(summary["false"], 36)

    def check_recovery(self, recovery):
        """Acknowledgement to confirmation, and every figure is that of the facts on the disk."""
        with open(os.path.join(ROOT, "models/hotel/recovery.jsonl"), encoding="utf-8") as file:
            self.assertEqual(recovery["steps"], len(file.readlines()))
        self.assertEqual(recovery["done"], recovery["steps"])
        db = sqlite3.connect("file:%s/lyt.db?mode=ro" % recovery["state"], uri=True)
        facts = [json.loads(text) for (text,) in db.execute("SELECT json FROM fact ORDER BY id")]
        db.close()
        figures = recovery["figures"]
        kinds = [fact["fact"] for fact in facts]
        self.assertEqual(figures["incidents"]["opened"], kinds.count("opened"))
        self.assertEqual(figures["offers"]["given"], kinds.count("offered"))
        self.assertEqual(figures["incidents"]["parents"], sum(1 for f in facts if f["fact"] == "opened" and f.get("which") == 1))
        self.assertEqual([f["who"] for f in facts if f["fact"] == "offered"], ["strawberry-smoothie"])
        self.assertEqual([f["number"] for f in facts if f["fact"] == "answered"], [9])
        # the guest is told what the service would say itself, with the number of the case
        self.assertRegex(next(f["text"] for f in facts if f["fact"] == "contacted" and f.get("text")), r"RETUR\. \(sag \d+\)$")
        self.assertEqual(figures["incidents"]["confirmed"], 1)
        missed = sum(clock["missed"] for clock in figures["clocks"])
        self.assertEqual(missed, kinds.count("clock-missed"))

    def test_a_step_that_does_not_come_about_fails_the_demo(self):
        pack = tempfile.mkdtemp(prefix="lyt-pack-")
        self.addCleanup(shutil.rmtree, pack)
        copy = os.path.join(pack, "hotel")
        shutil.copytree(os.path.join(ROOT, "models/hotel"), copy)
        with open(os.path.join(copy, "day.jsonl"), encoding="utf-8") as file:
            first = file.readline()
        with open(os.path.join(copy, "day.jsonl"), "w", encoding="utf-8") as file:
            file.write(first)
        with open(os.path.join(copy, "recovery.jsonl"), "w", encoding="utf-8") as file:
            file.write('{"title":"nobody gives gold","do":[{"type":"incident.do","verb":"offer","incident":7,"by":"mette","whom":"gold"}]}\n')
        done = lyt("demo", "--pack", copy, check=1)
        self.assertIn('recovery.jsonl:1: "nobody gives gold": the service refused', done.err)
        self.assertIn("0 of 1 steps came about", done.out)
        shutil.rmtree(re.search(r"^state +(/\S+)$", done.out, re.M).group(1))

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
            # an emoji alone has no words
            same = [row["text"] for row in map(json.loads, file) if words(row["text"]) and words(row["text"]) in known]
        self.assertEqual(same, [])


if __name__ == "__main__":
    main()
