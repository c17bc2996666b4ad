"""Messages that become others, and what guests begin to speak of: from what is kept, and as it comes."""

import json
import os
import random
import re
import sqlite3
import time

from lyt_service import ROOT, Service, lyt, main, unittest, wait_for

DAY_US = 86400 * 10**6
SCOOTERS = [
    "The scooter charger in the cellar is locked", "where do I plug in my scooter? charger is gone",
    "scooter charger does not fit", "our scooters could not be charged, no charger", "two scooters, one charger",
    "el-scooter lader? charger passer ikke", "is there a charger for my scooter", "charger for scooters please",
]  # fmt: skip


def sentences():
    """What guests of the hotel say, as the pack has it."""
    found = []
    for code in ("en", "da"):
        with open(os.path.join(ROOT, "models/hotel/training", code + ".txt")) as file:
            found += [re.sub(r"^(__label__\S+ +)+", "", line.strip()) for line in file if line.startswith("__label__")]
    return found


class Lookout(unittest.TestCase):
    def setUp(self):
        self.chance = random.Random(7)
        self.said = sentences()

    def keep(self, service, days, a_day, sender="guest"):
        """Messages of the days before now, as a service would have kept them."""
        now_us = int(time.time() * 10**6)
        with sqlite3.connect(os.path.join(service.state, "lyt.db")) as db:
            for i in range(days * a_day):
                at_us = now_us - int((days * a_day - i) * DAY_US / a_day)
                db.execute(
                    "INSERT INTO feedback(id, source_id, channel, property, place, sender, language, text, score, scale,"
                    " sent_us, received_us) VALUES (?, ?, 'sms', 'havnen', '', ?, '', ?, NULL, 10, ?, ?)",
                    (i + 1, "old-%d" % i, "%s%d" % (sender, i), self.chance.choice(self.said), at_us, at_us),
                )
                db.execute("INSERT INTO verdict VALUES (?, ?, 1, '{\"failures\":[]}', NULL)", (i + 1, at_us))

    def notes(self, service, what):
        return [json.loads(row[0])["note"] for row in
                service.rows("SELECT json FROM event WHERE topic = ? ORDER BY seq", "health." + what)]

    def send(self, service, texts, name):
        lines = [json.dumps({"id": "%s-%d" % (name, i), "channel": "sms", "from": "%s%d" % (name, i), "text": text})
                 for i, text in enumerate(texts)]
        lyt("send", "--jsonl", "--state", service.state, stdin="\n".join(lines) + "\n", check=0)
        wait_for(service.all_classified, "the verdicts")

    def test_nl_23_and_nl_24_in_a_running_service(self):
        service = Service("hotel", "--http", "none")
        with service:
            at = ("--state", service.state)
            self.assertEqual(lyt("topics", *at, check=0).out, "nothing that no scenario knows\n")
            self.assertEqual(lyt("drift", *at, check=0).out, "no messages\n")
            service.stop()
            self.keep(service, 25, 40)
            days = [json.loads(line) for line in lyt("drift", *at, "--json", check=0).out.splitlines()]
            self.assertEqual(sum(day["messages"] for day in days), 1000)
            self.assertFalse([day for day in days if "change" in day])
            self.assertIn("no change beyond chance", lyt("drift", *at, check=0).out)
            service.start()
            # the eighth of a day's messages speak of what nobody has spoken of
            self.send(service, SCOOTERS, "scooter")
            wait_for(lambda: self.notes(service, "new-topic"), "the new topic")
            (topic,) = [json.loads(line) for line in lyt("topics", *at, "--json", check=0).out.splitlines()]
            self.assertEqual(set(topic["words"][:2]), {"scooter", "charger"})
            self.assertEqual(len(topic["feedback"]), 3)
            said = lyt("topics", *at, check=0).out
            self.assertIn("charger", said.splitlines()[1])
            (note,) = self.notes(service, "new-topic")
            self.assertRegex(note, r"^(scooter, charger|charger, scooter)\b.*: \d+ messages since ")
            # told once, also over a restart
            service.kill()
            service.start()
            # half of all words are none that the model ever met
            strange = ["%s %s" % (text, "".join(self.chance.choice("bcdfgkvxz") for _ in range(9)))
                       for text in self.chance.sample(self.said, 200)]
            self.send(service, [" ".join([text] + [text.split()[-1][::-1]] * 3) for text in strange], "strange")
            wait_for(lambda: self.notes(service, "drift"), "the change")
            self.assertIn("words that the model never met", self.notes(service, "drift")[0])
            self.assertEqual(len(self.notes(service, "new-topic")), 1)
            changes = [line for line in lyt("drift", *at, check=0).out.splitlines() if line.startswith("change")]
            self.assertEqual(len(changes), 1)

    def test_bad_input(self):
        with Service("hotel", "--http", "none") as service:
            for command in ("drift", "topics"):
                self.assertIn("--last", lyt(command, "--last", "soon", "--state", service.state, check=2).err)
                self.assertIn("no database", lyt(command, "--state", "/nowhere", check=1).err)
            self.assertIn("--window", lyt("topics", "--window", "x", "--state", service.state, check=2).err)


if __name__ == "__main__":
    main()
