"""What a house does after the alarm, by the commands: choices, drills, what is restricted, fixes, figures."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from lyt_http import Web
from lyt_service import LYT, ROOT, SLOW, Service, lyt, main, wait_for

HOTEL = os.path.join(ROOT, "models/hotel/desk.yaml")


class Recovery(unittest.TestCase):
    def house(self):
        service = Service("hotel", "--desk", HOTEL)
        self.addCleanup(service.__exit__, None, None, None)
        return service.start()

    def run_lyt(self, service, *args, check=0, **more):
        return lyt(*args, "--state", service.state, check=check, **more)

    def ask(self, service, *args):
        return json.loads(self.run_lyt(service, *args, "--json").out)

    def say(self, service, text, **more):
        before = len(service.rows("SELECT feedback_id FROM verdict"))
        self.run_lyt(service, "send", "--jsonl", stdin=json.dumps(dict(more, property="havnen", text=text)) + "\n")
        wait_for(lambda: len(service.rows("SELECT feedback_id FROM verdict")) > before, "the verdict")

    def test_re01_choices_shown_when_it_opens(self):
        """RE-01: messages, gestures, limits, the contact path of what failed, and what the house stands for."""
        service = self.house()
        self.say(service, "Maden var iskold", place="311")
        shown = self.run_lyt(service, "incident", "choices", "1").out
        for part in ("say (apology, en): Sorry about the meal.", "say (apology, da): Vi beklager maden.",
                     "give: sorry", "give: fruit-plate", "60.00 DKK",
                     "may give: contact     200.00 DKK an incident, 600.00 DKK a guest, 4000.00 DKK a month; trained people only",
                     "contact: 7 8 9 112", "policy (house, en): It is ours until", "policy (house, da): Det er vores"):
            self.assertIn(part, shown)
        answer = self.ask(service, "incident", "choices", "1")
        self.assertEqual(answer["messages"][0]["message"], "apology")
        self.assertTrue(Web(service).get("/api/v1/scenarios/food-cold").json["house_policy"]["da"].startswith("Det er vores"))

    def test_in15_drill(self):
        """IN-15: through the real chain, measured, and in no figure but its own."""
        service = self.house()
        self.say(service, "Der er ingen varmt vand", place="214", **{"from": "anna"})
        done = self.ask(service, "drill", "--text", "Der er ingen varmt vand i bruseren", "--place", "214", "--by", "signe")
        self.assertTrue(done["holds"])
        self.assertLess(done["accepted_ms"], done["told_ms"])
        self.assertLess(done["told_ms"], 1000 * SLOW)
        self.assertTrue(done["told"])
        self.assertNotIn(1, done["incidents"], "it met a guest's")
        shown = self.run_lyt(service, "incident", "show", done["incidents"][0]).out
        self.assertIn("dette var en øvelse", shown)
        figures = self.ask(service, "report", "recovery")
        self.assertEqual((figures["incidents"]["opened"], figures["incidents"]["drills"]), (1, 1))
        rows = self.ask(service, "report", "drill")["drills"]
        self.assertEqual([(row["incident"], row["place"]) for row in rows], [(done["incidents"][0], "214")])
        # nobody takes it on: the chain of people does not hold
        late = self.run_lyt(service, "drill", "--text", "No hot water in the shower", "--wait", "1", check=1)
        self.assertIn("THE CHAIN DOES NOT HOLD", late.out)
        self.assertIn("taken on       NOT YET", late.out)
        events = [json.loads(text) for (text,) in service.rows("SELECT json FROM event")]
        drills = [event for event in events if event.get("drill")]
        self.assertEqual({event["incident"] for event in drills} & {1}, set())
        self.assertFalse([event for event in drills if event.get("who") == "guest"])
        plain = Service("hotel")
        self.addCleanup(plain.__exit__, None, None, None)
        plain.start()
        self.assertIn("start", lyt("drill", "--text", "cold", "--state", plain.state, check=1).err)

    def test_in09_restricted(self):
        """IN-09: only named roles see it, on screen, by the API, on the bus and in reports."""
        service = self.house()
        self.say(service, "My wallet was stolen from my room, somebody took all our money", place="tower-suite")
        self.assertEqual(service.rows("SELECT scenario FROM incident"), [("theft",)])
        for who, sees in (("signe", True), ("lise", True), ("mette", False), ("stranger", False)):
            listed = self.run_lyt(service, "incident", "list", "--by", who).out
            shown = self.run_lyt(service, "incident", "show", "1", "--by", who).out
            chosen = self.run_lyt(service, "incident", "choices", "1", "--by", who).out
            for text in (listed, shown, chosen):
                self.assertEqual("theft" in text, sees, text)
                self.assertEqual("restricted" in text, not sees, text)
            self.assertEqual("tower-suite" in shown, sees)
        bus = "".join(topic + text for topic, text in service.rows("SELECT topic, json FROM event"))
        for secret in ("theft", "tower-suite", "wallet", "stolen"):
            self.assertNotIn(secret, bus)
        self.assertIn('"scenario":"restricted"', bus)
        self.assertIn("LYT-RESTRICTED-READ", service.read_log())
        # what staff write about it does not go out, either
        self.run_lyt(service, "incident", "ack", "1", "--by", "signe", "--note", "the wallet is in the safe")
        self.run_lyt(service, "incident", "void", "1", "--by", "signe", "--note", "the wallet was under the bed")
        self.assertNotIn("wallet", "".join(text for (text,) in service.rows("SELECT json FROM event")))
        self.assertNotIn("theft", self.run_lyt(service, "report", "recovery", "--json").out)

    def test_al11_acknowledged_with_a_comment_for_a_time(self):
        """AL-11: who, when and why are shown everywhere."""
        service = self.house()
        self.say(service, "Der er ingen varmt vand", place="214")
        self.run_lyt(service, "incident", "ack", "1", "--by", "bent", "--minutes", "120", "--note", "waits for a valve")
        shown = self.run_lyt(service, "incident", "show", "1").out
        self.assertRegex(shown, r'acknowledged  by bent  "waits for a valve"')
        (event,) = [json.loads(text) for (text,) in service.rows("SELECT json FROM event WHERE topic LIKE 'incident.%.acknowledged'")]
        self.assertEqual((event["by"], event["note"]), ("bent", "waits for a valve"))
        self.assertEqual(self.ask(service, "incident", "choices", "1")["answer"]["case"]["owner"], "bent")

    def test_re13_ledger(self):
        """RE-13, SL-08, SL-09: rows, sums and incidents agree; above the limits it is asked for."""
        service = self.house()
        for n, (text, gesture, by) in enumerate((("Maden var iskold", "fruit-plate", "mette"),
                                                 ("Der er ingen varmt vand", "breakfast", "lise"),
                                                 ("The lift is broken", "espresso", "jonas")), 1):
            self.say(service, text, place=str(200 + n))
            self.run_lyt(service, "incident", "offer", n, "--gesture", gesture, "--by", by)
        asked = self.run_lyt(service, "incident", "offer", "3", "--gesture", "half-night", "--by", "amira", check=1).err
        self.assertTrue(asked)
        rows = list(csv.reader(io.StringIO(self.run_lyt(service, "report", "gestures").out)))
        self.assertEqual([row[4] for row in rows[1:-1]], ["fruit-plate", "breakfast", "espresso"])
        self.assertEqual(sum(float(row[5]) for row in rows[1:-1]), float(rows[-1][5]))
        figures = self.ask(service, "report", "recovery")
        self.assertEqual(figures["offers"]["sums"]["DKK"], round(float(rows[-1][5]) * 100))
        self.assertEqual(figures["offers"]["decided_by"]["contact"], 2)
        self.assertEqual(figures["offers"]["decided_at_contact_percent"], 66.7)
        only = self.ask(service, "report", "gestures", "--scenario", "food-cold")
        self.assertEqual(only["sums"]["DKK"], 6000)

    def test_fix(self):
        """IN-11 by the commands."""
        service = self.house()
        self.say(service, "Der er ingen varmt vand", place="214")
        self.assertEqual(self.run_lyt(service, "fix", "list").out, "no fixes\n")
        self.run_lyt(service, "fix", "add", "1", "--owner", "bent", "--note", "a second pump", "--place", "2??", "--by", "signe")
        self.assertIn('open  bent', self.run_lyt(service, "fix", "list").out)
        self.assertIn("done needs --note", self.run_lyt(service, "fix", "done", "1", check=2).err)
        self.run_lyt(service, "fix", "done", "1", "--note", "60 degrees in 20 rooms", "--by", "bent")
        shown = self.run_lyt(service, "fix", "show", "1").out
        self.assertIn('proof   "60 degrees in 20 rooms"', shown)
        # SC-12: what the scenario's file says prevents it
        self.assertIn("prevention: chief-engineer\n          - Tank temperature read every morning at six\n", shown)
        prevention = self.ask(service, "fix", "show", "1")["prevention"]
        self.assertEqual([(row["scenario"], row["owner"], len(row["da"]), len(row["en"])) for row in prevention],
                         [("no-hot-water", "chief-engineer", 4, 4)])
        self.assertIn("before  1 in", shown)
        self.assertIn("there is no fix 7", self.run_lyt(service, "fix", "show", "7", check=1).err)

    def test_what_staff_see(self):
        """IN-10, CH-12: an incident without a message, with the same flow; words join it."""
        service = self.house()
        self.run_lyt(service, "incident", "open", "no-hot-water", "--place", "214", "--to", "maintenance", "--by", "tove",
                     "--note", "the pump is off")
        shown = self.run_lyt(service, "incident", "show", "1").out
        self.assertIn("0 messages", shown)
        self.assertIn('noted  by tove  "the pump is off"', shown)
        self.assertEqual(self.ask(service, "report", "recovery")["incidents"]["without_words"], 1)
        self.say(service, "Der er ingen varmt vand", place="214")
        self.assertIn("1 message ", self.run_lyt(service, "incident", "show", "1").out)
        self.run_lyt(service, "incident", "ack", "1", "--by", "bent")
        self.assertIn("has no team 'gold'",
                      self.run_lyt(service, "incident", "open", "wifi-down", "--to", "gold", check=1).err)
        self.run_lyt(service, "incident", "open", check=2)
        # a failure that nobody could ever hear of is a slip of the pen
        before = service.rows("SELECT count(*) FROM incident")
        for wrong, near in (("NONSENSE", "the pack has no 'NONSENSE'; lyt pack show lists all"),
                            ("no-hot-watr", "did you mean 'no-hot-water'"), ("rum-ikke-rent", "the pack has no")):
            self.assertIn(near, self.run_lyt(service, "incident", "open", wrong, check=1).err)
            self.assertIn(near, self.run_lyt(service, "silence", "add", "--scenario", wrong, "--minutes", "9", "--note", "x",
                                             check=1).err)
        self.assertEqual(service.rows("SELECT count(*) FROM incident"), before)
        # without --to and --severity it is whose, and as grave, as words of it would make it
        self.run_lyt(service, "incident", "open", "no-hot-water", "--place", "415", "--by", "tove")
        self.assertEqual(service.rows("SELECT team, severity FROM incident WHERE place = '415'"), [("maintenance", 3)])
        self.assertIn("place: has a line break", self.run_lyt(service, "incident", "open", "wifi-down", "--place", "a\nb", check=1).err)
        # nor does what a sender calls a place steer the terminal of whoever looks
        self.say(service, "The wifi is down", place="5\x1b[31m")
        for words in (("incident", "list"), ("find", "wifi"), ("top", "--once"), ("report", "incidents")):
            self.assertNotIn("\x1b", self.run_lyt(service, *words).out, words)
        listening = subprocess.Popen([LYT, "subscribe", "--since", "0", "--state", service.state], stdout=subprocess.PIPE)
        for line in listening.stdout:
            self.assertNotIn(b"\x1b", line)
            if b"wifi-down" in line:
                break
        listening.terminate()
        listening.communicate()
        # who is not there is told nothing, so nothing is given to them
        for words in (("incident", "assign", "1", "--to", "nobody"), ("fix", "add", "1", "--owner", "nobody", "--note", "x")):
            self.assertIn("no person, team or duty 'nobody'", self.run_lyt(service, *words, check=1).err)
        for to in ("tove", "maintenance", "front-desk"):
            self.run_lyt(service, "incident", "assign", "1", "--to", to)

    def test_danish_for_those_who_work_there(self):
        """OP-10: what staff read in a terminal follows their language, names of failures, too."""
        service = self.house()
        self.say(service, "Der er ingen varmt vand", place="214")
        at = ("--state", service.state)
        in_danish = {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "da_DK.UTF-8"}
        listed = lyt("incident", "list", *at, env=in_danish, check=0).out
        for part in ("alv 3", "Intet varmt vand", "1 besked", "ny "):
            self.assertIn(part, listed)
        self.assertIn("no-hot-water", lyt("incident", "list", "--language", "en", *at, env=in_danish, check=0).out)
        self.assertIn("sag 1 er taget", lyt("incident", "ack", "1", "--by", "bent", *at, env=in_danish, check=0).out)
        shown = lyt("incident", "show", "1", "--language", "da", *at, check=0).out
        self.assertIn("åbnet  besked 1", shown)
        self.assertIn("taget  af bent", shown)
        choices = lyt("incident", "choices", "1", *at, env=in_danish, check=0).out
        for part in ("sag 1, Intet varmt vand, alvor 3, taget", "sig (", "giv: ", "Et frugtfad", "må give: leder"):
            self.assertIn(part, choices)
        self.assertIn("Intet varmt vand", lyt("top", "--once", *at, env=in_danish, check=0).out)
        self.assertIn("ingen varige løsninger", lyt("fix", "list", *at, env=in_danish, check=0).out)
        self.assertIn("må bedes om en anmeldelse", lyt("guest", "show", "anna", *at, env=in_danish, check=0).out)
        figures = lyt("report", "recovery", *at, env=in_danish, check=0).out
        for part in ("sager ", "udbedret ", "nået"):
            self.assertIn(part, figures)
        drill = lyt("drill", "--text", "Der er ingen varmt vand", "--place", "305", *at, env=in_danish, check=0).out
        for part in ("på disken", "Intet varmt vand, sag 2", "besked givet", "kæden holder"):
            self.assertIn(part, drill)
        # a program reads the same in every language
        self.assertEqual(json.loads(lyt("incident", "list", "--json", *at, env=in_danish, check=0).out)["incidents"][0]["state"],
                         "acknowledged")

    def test_what_is_different_at_a_property(self):
        """SC-08 with --desk: severity and team of a property's own go into the house's incidents."""
        pack = tempfile.mkdtemp(prefix="lyt-pack-")
        self.addCleanup(shutil.rmtree, pack)
        copy = os.path.join(pack, "hotel")
        shutil.copytree(os.path.join(ROOT, "models/hotel"), copy)
        os.makedirs(os.path.join(copy, "properties"), exist_ok=True)
        with open(os.path.join(copy, "properties/skoven.yaml"), "w", encoding="utf-8") as file:
            file.write("property: skoven\nscenarios:\n  food-cold:\n    severity: 4\n    team: duty-manager\n")
        service = Service(copy, "--desk", os.path.join(copy, "desk.yaml"))
        self.addCleanup(service.__exit__, None, None, None)
        service.start()
        lyt("send", "--jsonl", "--state", service.state, check=0, stdin="".join(
            json.dumps({"property": name, "text": "Maden var iskold"}) + "\n" for name in ("havnen", "skoven")))
        wait_for(service.all_classified, "both to be classified")
        rows = service.rows("SELECT property, severity, team FROM incident WHERE scenario = 'food-cold' ORDER BY property")
        self.assertEqual(rows[0], ("havnen", 2, "food-and-beverage"))
        self.assertEqual(rows[1], ("skoven", 4, "duty-manager"))

    def test_sl12_new_limits_for_what_is_open(self):
        """SL-12: only when asked for, and what was missed stays missed."""
        folder = tempfile.mkdtemp(prefix="lyt-desk-")
        self.addCleanup(shutil.rmtree, folder)
        desk = os.path.join(folder, "desk.yaml")
        shutil.copy(HOTEL, desk)
        service = Service("hotel", "--desk", desk)
        self.addCleanup(service.__exit__, None, None, None)
        service.start()
        self.say(service, "Der er ingen varmt vand", place="214")
        due = lambda: self.ask(service, "incident", "choices", "1")["answer"]["case"]["clocks"][2]["due"]
        before = due()
        service.stop()
        with open(desk, encoding="utf-8") as file:
            text = file.read()
        with open(desk, "w", encoding="utf-8") as file:
            file.write(text.replace("remedy_min: 120", "remedy_min: 600").replace("remedy_min: 240", "remedy_min: 600"))
        service.start()
        self.assertEqual(due(), before)
        self.run_lyt(service, "incident", "limits", "--by", "signe")
        self.assertGreater(due(), before)

    def test_in09_restricted_by_keys(self):
        """IN-09 where everybody has a key: the key says who asks, and --by is not taken at its word."""
        folder = tempfile.mkdtemp(prefix="lyt-keys-")
        self.addCleanup(shutil.rmtree, folder)
        keys = os.path.join(folder, "keys")
        lyt("keygen", "--service", keys, check=0)
        access = os.path.join(keys, "access")
        with open(access, "a", encoding="utf-8") as file:
            for name in ("signe", "mette"):
                public = lyt("keygen", os.path.join(folder, name + ".key"), check=0).out.split()[0]
                file.write("%s %s submit command ask\n" % (name, public))
        service = Service("hotel", "--desk", HOTEL, "--keys", keys)
        self.addCleanup(service.__exit__, None, None, None)
        service.start()
        self.say(service, "My wallet was stolen from my room, somebody took all our money", place="402")
        for who, sees in (("signe", True), ("mette", False)):
            shown = self.run_lyt(service, "incident", "show", "1", "--key", os.path.join(folder, who + ".key"), "--by", "signe").out
            self.assertEqual("theft" in shown, sees, shown)
        # from another machine: no state folder, so no key of this machine's either
        with open(os.path.join(service.state, "endpoints.json"), encoding="utf-8") as file:
            at = json.load(file)
        far = ("--submit", at["submit"], "--server-key", at["server_key"], "--key", os.path.join(folder, "signe.key"))
        lyt("silence", "add", "--scenario", "wifi-down", "--minutes", "5", "--note", "new router", *far, check=0)
        lyt("silence", "end", "1", *far, check=0)
        lyt("correct", "1", "--none", *far, check=0)

    def test_restricted_over_http(self):
        """IN-09 for the pages: by the person whose token it is."""
        folder = tempfile.mkdtemp(prefix="lyt-tokens-")
        self.addCleanup(shutil.rmtree, folder)
        tokens = os.path.join(folder, "tokens")
        shown = {}
        for name in ("signe", "mette"):
            made = lyt("token", "new", "--tokens", tokens, "--person", name, "--role", "admin", check=0).out
            shown[name] = made.split()[-1] if len(made.split()[-1]) > 20 else max(made.split(), key=len)
        service = Service("hotel", "--desk", HOTEL, "--tokens", tokens)
        self.addCleanup(service.__exit__, None, None, None)
        service.start()
        self.say(service, "My wallet was stolen from my room, somebody took all our money", place="402")
        self.say(service, "The food was cold", place="311")
        for name, sees in (("signe", True), ("mette", False)):
            web = Web(service, shown[name])
            for path in ("/api/v1/incidents", "/api/v1/incidents/1", "/api/v1/feedback", "/api/v1/feedback/1",
                         "/api/v1/feedback?query=wallet"):
                answer = web.get(path)
                self.assertEqual(answer.status, 200, answer.text)
                self.assertEqual("wallet" in answer.text or "theft" in answer.text, sees, (name, path, answer.text))
            self.assertIn("food", web.get("/api/v1/feedback").text)
            self.assertEqual("restricted" in web.get("/api/v1/incidents").text, not sees)

    def test_a_week(self):
        """5,000 messages, 20,000 events, 40 people: every figure, and nothing left, not in the outbox either."""
        week = json.loads(lyt("simulate", "week", "--json", check=0).out)
        self.assertEqual((week["feedback"], week["events"], week["people"]), (5000, 20000, 40))
        self.assertTrue(week["good"])
        self.assertEqual({key: n for key, n in week["left"].items() if n}, {"rebuilt": True})
        out = week["outbox"]
        self.assertEqual({key: out[key] for key in ("left", "dead", "not_arrived", "out_of_order", "malformed")},
                         {"left": 0, "dead": 0, "not_arrived": 0, "out_of_order": 0, "malformed": 0})
        self.assertEqual(out["sent"] + out["dropped"], out["made"])
        for key in ("tried_again", "died", "looked_after", "refused_for_now", "refused_for_good", "lost", "unanswered",
                    "arrived_again"):
            self.assertGreater(out[key], 100, key)
        self.assertGreater(week["gifts"], 1000)
        figures = week["figures"]
        self.assertEqual(figures["incidents"]["open"], 0)
        self.assertGreater(figures["incidents"]["opened"], 1000)
        for clock in figures["clocks"]:
            self.assertEqual(clock["running"], 0)
            self.assertEqual(clock["missed"] + clock["met"], figures["incidents"]["opened"] - figures["incidents"]["void"])
        self.assertEqual(figures["offers"]["given"], sum(figures["offers"]["decided_by"].values()))
        small = ("simulate", "week", "--feedback", "200", "--events", "500", "--json")
        self.assertEqual(lyt(*small, check=0).out, lyt(*small, check=0).out)
        self.assertNotEqual(json.loads(lyt(*small, "--seed", "2").out)["book"], json.loads(lyt(*small).out)["book"])


if __name__ == "__main__":
    main()
