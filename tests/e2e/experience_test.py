"""What a guest sees, step by step: the file is held against the service, and the walk says what the service sends."""

import json
import os
import re
import tempfile
import unittest

from guestreply_test import COLD_DA, GUEST, House
from lyt_http import Web
from lyt_service import lyt, main, wait_for

MODELS = os.path.join(os.environ["LYT_DATA"], "models")
STEPS = {
    "form", "thanks", "status-received", "status-in-work", "status-done", "due-contact", "due-promise", "due-late", "refund-open",
    "refund-asked", "refund-answered", "reply", "solved", "follow-up", "holding", "maintenance", "opted-out", "opted-in", "which-room",
    "refund", "again", "no-tag", "no-reference", "no-page", "later", "too-many", "heard"}


def read(pack, name="experience.yaml"):
    with open(os.path.join(MODELS, pack, name)) as file:
        return file.read()


class Checked(unittest.TestCase):
    def check(self, text, code=1, settings=None):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "experience.yaml")
            with open(path, "w") as file:
                file.write(text)
            desk = os.path.join(MODELS, "hotel", "desk.yaml")
            if settings:
                desk = os.path.join(folder, "desk.yaml")
                with open(desk, "w") as file:
                    file.write(settings)
            done = lyt("experience", "check", "--file", path, "--settings", desk, check=code)
            for line in done.err.splitlines():
                self.assertRegex(line, r"experience\.yaml:\d+:\d+: ", "file, line, column")
            return done.err

    def change(self, old, new):
        text = read("hotel")
        self.assertIn(old, text)
        return text.replace(old, new)

    def line(self, step):
        return next(line for line in read("hotel").splitlines(True) if "{show: %s," % step in line)

    def test_S3_01_both_worked_examples_hold(self):
        for pack in ("hotel", "support"):
            done = json.loads(lyt("experience", "check", "-p", pack, "--json", check=0).out)
            self.assertEqual((done["steps"], done["languages"]), (len(STEPS), 2))
            self.assertGreater(done["texts"], 100)

    def test_S3_01_RE_11_a_step_that_is_not_there_fails_whichever_it_is(self):
        """The steps are the service's: each that is taken out of the file is missed."""
        for step in sorted(STEPS):
            with self.subTest(step=step):
                err = self.check(read("hotel").replace(self.line(step), ""))
                self.assertIn("a guest may see '%s', which is none of the steps" % step, err)
                self.assertEqual(len(err.splitlines()), 1, err)

    def test_S3_01_RE_11_what_is_wrong_is_named_with_its_place(self):
        first, last = self.line("thanks"), self.line("opted-in")
        rows = [
            (self.change("show: holding", "show: hodling"), "'hodling'"),
            (self.change("show: holding", "show: reply"), "'reply' is a step already, on line"),
            (self.change(last, "").replace(first, last + first), "'opted-in' can only come after 'opted-out', which stands on line"),
            (self.change("can: [tell, call]", "can: [tell, call, refund]"), "nothing in 'form' lets a guest do 'refund'"),
            (self.change("can: [call, follow]", "can: [call]"), "a guest can 'follow' in 'thanks', too"),
            (self.change("can: [call, follow]", "can: [call, fly]"), "'fly'"),
            (self.change("experience: havnen", "experience: skoven"), "these are the steps of 'skoven', and the settings those of 'havnen'"),
            (self.change("experience: havnen\n", "experience: havnen\nlanguages: [da, en, sv]\n"), "in 'sv': there are no words; write them"),
            (self.change("experience: havnen\n", "experience: havnen\nlanguages: [da, fi]\n"), "'fi' is no language that guests are written to in"),
            (self.change("name: {en: Received, da: Modtaget}", "name: {en: Received}"), "'da' is missing"),
            (self.change("steps:\n", "staps:\n"), "'staps'"),
            ("experience: havnen\nsteps: 4\n", "list"),
            ("- a\n", "map"),
            ("experience: havnen\nsteps:\n  - {show: form", "flow"),
        ]
        for text, says in rows:
            with self.subTest(says=says):
                self.assertIn(says, self.check(text))

    def test_S3_01_RE_11_words_without_a_person_and_steps_that_the_house_does_not_have(self):
        desk = read("hotel", "desk.yaml")
        # a house that is called by nobody's number
        nobody = desk.replace('contact: ["7", "8", "9", "112"]', 'contact: [zzz]').replace('  call: "9" ', '  # call: "9" ')
        self.assertNotEqual(nobody, desk)
        err = self.check(read("hotel"), settings=nobody)
        self.assertRegex(err, "'reply' of [a-z-]+ in 'da': the message names no way to reach a person")
        self.assertRegex(err, "and [0-9]+ more texts of 'reply', which were not read")
        self.assertIn("'later' in 'da' names no way to reach a person", err)
        without = re.sub(r"refunds:.*?(?=replies:)", "", desk, flags=re.S)
        self.assertIn("no guest sees 'refund-asked': the settings have no 'refunds'", self.check(read("hotel"), settings=without))

    def test_S3_01_no_file_is_said(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "none.yaml")
            self.assertIn(path, lyt("experience", "check", "--file", path, check=1).err)
        self.assertIn("no scenario 'no-hot-watr'; did you mean 'no-hot-water'?", lyt("experience", "walk", "no-hot-watr", check=1).err)
        self.assertIn("must be da, en", lyt("experience", "walk", "--language", "fi", check=2).err)


class Walked(unittest.TestCase):
    def walk(self, *args):
        return json.loads(lyt("experience", "walk", *args, "--json", check=0).out)

    def test_S3_01_each_step_of_every_scenario_in_both_languages(self):
        for pack, scenario in (("hotel", "no-hot-water"), ("hotel", "fire-gas-smoke"), ("support", "wrong-invoice")):
            for language in ("da", "en"):
                steps = self.walk(scenario, "-p", pack, "--language", language)["steps"]
                ids = [row["step"] for row in steps]
                # of what no money is given back for there are no such steps
                self.assertEqual(set(ids), STEPS - ({"refund", "refund-open", "refund-asked", "refund-answered", "heard"}
                                                    if scenario == "fire-gas-smoke" else set()))
                for row in steps:
                    self.assertIn("call", row["can"], row)
                    self.assertTrue(row["words"] and row["when"] and row["way"] and row["name"], row)

    def test_S3_01_times_and_ways_are_those_of_the_settings(self):
        at = {row["step"]: row for row in self.walk("no-hot-water", "--language", "en")["steps"]}
        self.assertIn("within 10 min", at["due-contact"]["when"])
        self.assertIn("within 24 h", at["refund-asked"]["when"])
        self.assertIn("within 2 h", at["status-done"]["when"])
        self.assertIn("no way to guests in the settings", at["reply"]["way"])

    def test_S3_01_the_words_are_those_that_the_service_sends(self):
        with House(replies="replies: {house: Hotel Havnen, language: da}\nrefunds: {to: signe}") as house:
            path = house.path("experience.yaml")
            house.write("experience.yaml", read("hotel"))
            shown = {row["step"]: row for row in self.walk("no-hot-water", "--language", "da", "--settings", house.path("desk.yaml"),
                                                           "--file", path)["steps"]}
            self.assertEqual(shown["reply"]["way"], "guests (twilio), af sig selv")

            def words(step, incident=1):
                text, = shown[step]["words"]
                return text.replace("4711", str(incident))

            house.text(COLD_DA)
            self.assertEqual(house.wait_sent(1, "the reply")[0], (GUEST, words("reply")))
            house.text("RETUR")
            self.assertEqual(house.wait_sent(2, "money back")[1], (GUEST, words("refund")))
            house.remedy(1)
            house.act("ask", 1)
            self.assertEqual(house.wait_sent(3, "the follow-up")[2], (GUEST, words("follow-up")))
            house.text("STOP")
            self.assertEqual(house.wait_sent(4, "STOP")[3], (GUEST, words("opted-out")))
            house.text("START")
            self.assertEqual(house.wait_sent(5, "START")[4], (GUEST, words("opted-in")))
            # and where there is no page
            page = Web(house.service).get("/s/" + "a" * 24, Accept_Language="da")
            for line in shown["no-reference"]["words"]:
                self.assertIn(line, page.text)


if __name__ == "__main__":
    main()
