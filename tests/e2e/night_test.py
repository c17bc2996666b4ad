"""A night at the desk, by the commands alone: what stands there must be enough to act on, in the time of the house."""

import datetime
import json
import os
import re
import shutil
import tempfile
import unittest
import zoneinfo

from lyt_http import Web
from lyt_service import ROOT, Service, lyt, main, wait_for

ZONE = zoneinfo.ZoneInfo("Europe/Copenhagen")


def local(rfc3339):
    """As the clocks of the house show it, to the minute."""
    at = datetime.datetime.fromisoformat(rfc3339.replace("Z", "+00:00"))
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")


class Night(unittest.TestCase):
    def house(self, pack="hotel"):
        self.service = Service(pack, "--desk", os.path.join(ROOT, "models", pack, "desk.yaml"))
        self.addCleanup(self.service.__exit__, None, None, None)
        return self.service.start()

    def run_lyt(self, *args, check=0, **more):
        return lyt(*args, "--state", self.service.state, check=check, **more)

    def ask(self, *args):
        return json.loads(self.run_lyt(*args, "--json").out)

    def opened(self, scenario, place, *more):
        return self.ask("incident", "open", scenario, "--place", place, "--by", "mette", *more)["incident"]

    def show(self, incident, *more):
        return self.run_lyt("incident", "show", incident, *more).out

    def test_in02_it_is_with_whom_it_was_given_to(self):
        """IN-02: the history says whose it is now, who gave it away and why."""
        self.house()
        n = self.opened("key-card-fails", "118")
        self.run_lyt("incident", "ack", n, "--by", "mette")
        self.run_lyt("incident", "assign", n, "--to", "bent", "--by", "mette", "--note", "he has the keys")
        self.assertIn('now with bent  "mette: he has the keys"', self.show(n))
        self.assertIn('ligger nu hos bent  "mette: he has the keys"', self.show(n, "--language", "da"))
        owned = [step for step in self.ask("incident", "show", n)["history"] if step["what"] == "owned"]
        self.assertEqual([step["by"] for step in owned], ["mette", "bent"])

    def test_in02_a_name_with_a_capital_is_the_same_person(self):
        """IN-02, SL-08: "Mette" and "Mette Holm" are mette, who is told and has limits of her own."""
        self.house()
        n = self.opened("key-card-fails", "118")
        self.run_lyt("incident", "ack", n, "--by", "Mette")
        self.assertEqual(self.ask("incident", "show", n)["incident"]["owner"], "mette")
        self.run_lyt("incident", "ack", n, "--by", "mette holm")
        self.run_lyt("incident", "assign", n, "--to", "Tove", "--by", "METTE")
        self.assertEqual(self.ask("incident", "show", n)["incident"]["owner"], "tove")
        self.assertTrue(self.ask("incident", "offer", n, "--gesture", "fruit-plate", "--by", "Tove Lind")["given"])
        self.assertIn("offer 1: fruit-plate, 60.00 DKK, by tove, given", self.show(n))

    def test_in02_a_slip_in_a_name_is_said(self):
        """IN-02: an owner whom no notice reaches is no owner; whoever slipped hears of it at once."""
        self.house()
        n = self.opened("key-card-fails", "118")
        self.assertIn("nobody of this house has that name", self.run_lyt("incident", "ack", n, "--by", "mete").out)
        self.assertTrue(self.ask("incident", "note", n, "--note", "x", "--by", "mete")["owner_unknown"])
        self.assertEqual(self.run_lyt("incident", "assign", n, "--to", "mette", "--by", "mete").out, "incident %d is acknowledged\n" % n)
        n = self.opened("key-card-fails", "119")
        self.assertIn("ingen i dette hus hedder det", self.run_lyt("incident", "work", n, "--by", "mete", "--language", "da").out)
        n = self.opened("key-card-fails", "120")
        self.assertEqual(self.run_lyt("incident", "ack", n, "--by", "reception").out, "incident %d is acknowledged\n" % n)

    def test_al01_the_guests_own_words(self):
        """AL-01, AL-04: what every guest wrote stands under the line that says that it was heard; not of what is restricted."""
        self.house()
        for text in ("My key card does not work, I am locked out", "Key card still fails, \x1b[31mhello"):
            self.run_lyt("send", "--property", "havnen", "--place", "118", stdin=text + "\n")
        self.run_lyt("send", "--property", "havnen", "--place", "lobby", stdin="Der er en mand der truer mig med en kniv\n")
        wait_for(lambda: len(self.service.rows("SELECT feedback_id FROM verdict")) == 3, "the verdicts")
        shown = self.show(1)
        self.assertRegex(shown, r"opened  feedback 1  by reception\n +» My key card does not work, I am locked out\n")
        self.assertIn("» Key card still fails,  [31mhello\n", shown)
        messages = self.ask("incident", "show", 1)["messages"]
        self.assertEqual([message["feedback"] for message in messages], [1, 2])
        self.assertNotIn("kniv", self.show(2, "--by", "mette"))
        self.assertEqual(self.ask("incident", "show", 2, "--by", "mette")["messages"], [])
        self.assertIn("kniv", self.show(2, "--by", "lise"))

    def test_sl10_what_is_to_be_done_stands_with_its_number(self):
        """SL-02, SL-04, SL-10, RE-10, AL-11, IN-13: clocks, offers and promises with their numbers, times of the house."""
        self.house()
        n = self.opened("key-card-fails", "118")
        self.run_lyt("incident", "ack", n, "--by", "amira", "--minutes", "120", "--note", "the locksmith comes")
        # amira is not trained: what she offers is asked for
        self.run_lyt("incident", "offer", n, "--gesture", "fruit-plate", "--by", "amira")
        self.run_lyt("incident", "promise", n, "--minutes", "30", "--note", "a new card", "--by", "amira")
        self.run_lyt("incident", "pause", n, "--minutes", "20", "--note", "the guest is out", "--by", "amira")
        whole = self.ask("incident", "show", n)
        case, shown = whole["case"], self.show(n)
        self.assertEqual(whole["zone"], "Europe/Copenhagen")
        self.assertIn("version %d, times of Europe/Copenhagen" % case["version"], shown)
        self.assertIn("taken on until " + local(case["acknowledged_until"]), shown)
        self.assertIn("paused until " + local(case["paused_until"]), shown)
        self.assertIn("offer 1: fruit-plate, 60.00 DKK, by amira, waits for approval", shown)
        self.assertIn('promise 1: "a new card", by amira, due ' + local(case["promises"][0]["due"]), shown)
        for clock in case["clocks"]:
            self.assertRegex(shown, r"%s +by %s" % (clock["clock"], local(clock["due"])))
        self.assertRegex(self.run_lyt("top", "--once").out.split("\n")[0], r"havnen .*  \d\d:\d\d:\d\d$")
        # and what stands there is enough to act on
        self.run_lyt("incident", "approve", n, "--offer", "1", "--by", "lise")
        refused = self.run_lyt("incident", "offer", n, "--gesture", "espresso", "--by", "mette", check=1).err
        version = self.ask("incident", "show", n)["case"]["version"]
        self.assertIn("say so by the incident's version, now %d" % version, refused)
        self.run_lyt("incident", "offer", n, "--gesture", "espresso", "--by", "mette", "--version", version)
        self.assertIn("offer 1: fruit-plate, 60.00 DKK, by amira, given by lise", self.show(n))
        danish = self.show(n, "--language", "da")
        for part in ("tider i Europe/Copenhagen", "taget indtil", "på pause indtil", "tilbud 1:", "givet af lise", "løfte 1:", "senest"):
            self.assertIn(part, danish)

    def test_sl14_who_is_not_trained_is_told_so(self):
        """SL-14: the reason is the training, and not a limit that there is not."""
        self.house()
        n = self.opened("key-card-fails", "118")
        self.run_lyt("incident", "offer", n, "--gesture", "fruit-plate", "--by", "amira")
        refused = self.run_lyt("incident", "approve", n, "--offer", "1", "--by", "bent", check=1).err
        self.assertIn("for somebody trained to approve; the settings do not name bent (contact) as that", refused)
        refused = self.run_lyt("incident", "approve", n, "--offer", "1", "--by", "bent", "--language", "da", check=1).err
        self.assertIn("skal godkendes af en, der er oplært", refused)

    def test_in06_what_was_merged_is_not_open_a_second_time(self):
        """IN-06: a merged incident leaves the list, its messages count for the other, and both come back."""
        self.house()
        one, other = self.opened("key-card-fails", "118"), self.opened("room-too-cold", "214")
        for text, place in (("My key card does not work, I am locked out", "118"), ("The heating is broken and it is freezing", "214")):
            self.run_lyt("send", "--property", "havnen", "--place", place, stdin=text + "\n")
        wait_for(lambda: [row["messages"] for row in self.ask("incident", "list")["incidents"]] == [1, 1], "both messages")
        self.assertIn("incident %d went into %d" % (one, other), self.run_lyt("incident", "merge", one, "--into", other, "--by", "lise").out)
        (row,) = self.ask("incident", "list")["incidents"]
        self.assertEqual((row["incident"], row["messages"]), (other, 2))
        self.assertEqual([row["incident"] for row in Web(self.service).get("/api/v1/incidents?state=open").json["incidents"]], [other])
        self.assertIn("merged into %d" % other, self.run_lyt("incident", "list", "--all").out)
        self.assertIn("lagt sammen med %d" % other, self.run_lyt("incident", "list", "--all", "--language", "da").out)
        self.run_lyt("incident", "unmerge", one, "--by", "lise")
        self.assertEqual([row["messages"] for row in self.ask("incident", "list")["incidents"]], [1, 1])

    def test_in15_a_drill_is_named_one_in_the_list(self):
        """IN-15: who looks back sees that it was none of a guest's."""
        self.house()
        self.run_lyt("drill", "--text", "Der er ingen varmt vand i bruseren", "--place", "214")
        self.assertTrue(all(row["drill"] for row in self.ask("incident", "list", "--all")["incidents"]))
        self.assertRegex(self.run_lyt("incident", "list", "--all").out, r"drill\n")

    def test_al07_who_comes_on_duty_sees_what_is_held_back(self):
        """AL-07, AL-08: silences with matcher, author, reason and end."""
        self.house()
        self.assertEqual(self.run_lyt("silence", "list").out, "nothing is held back\n")
        self.run_lyt("silence", "add", "--scenario", "no-hot-water", "--place", "2*", "--minutes", "60", "--note", "new pipes", "--by", "bent")
        self.run_lyt("silence", "maintenance", "--scenario", "lift-broken", "--minutes", "90", "--note", "yearly check", "--by", "bent")
        first, second = self.ask("silence", "list")["silences"]
        self.assertEqual((first["scenario"], first["place"], first["by"], first["reason"], first["kind"]), ("no-hot-water", "2*", "bent", "new pipes", "silence"))
        shown = self.run_lyt("silence", "list").out
        self.assertIn('1  no-hot-water at 2*  until %s  by bent  "new pipes"' % local(first["until"]), shown)
        self.assertIn("2  maintenance: lift-broken  until " + local(second["until"]), shown)
        self.run_lyt("silence", "end", "1", "--by", "lise")
        heard = self.run_lyt("subscribe", "--since", "0", "--count", "3", "silence.").out
        self.assertRegex(heard, r'silence 1 begun  no-hot-water  havnen/2\*  until \S+Z  bent  "new pipes"\n')
        self.assertIn("maintenance 2 begun  lift-broken  havnen  until", heard)
        self.assertIn("silence 1 ended", heard)
        self.assertEqual([row["silence"] for row in self.ask("silence", "list")["silences"]], [2])
        self.assertIn("Intet varmt vand på 2*  forbi siden", self.run_lyt("silence", "list", "--all", "--language", "da").out)

    def test_refusals_are_in_the_language_of_who_asks(self):
        """AL-12, IN-01, IN-03: why not, in Danish with --language da or by the locale, and exit 1."""
        self.house()
        n = self.opened("key-card-fails", "118")
        rows = ((("incident", "ack", 99), "der er ingen sag 99"),
                (("incident", "close", n), "sag %d er ny og kan ikke blive lukket; den kan blive taget, i arbejde, udbedret, annulleret" % n),
                (("silence", "end", 7), "der er ingen stilhed 7"),
                (("fix", "done", 7, "--note", "x"), "der er ingen udbedring 7"),
                (("guest", "propose", "anna", "--scenario", "nope"), "pakken har intet 'nope'"),
                (("incident", "note", n, "--note", "x" * 501), "fylder 501 bytes; der gemmes højst 500"))
        for words, danish in rows:
            self.assertIn(danish, self.run_lyt(*words, "--language", "da", check=1).err)
            self.assertIn(danish, self.run_lyt(*words, check=1, env={"LC_ALL": "da_DK.UTF-8"}).err)
            self.assertNotIn(danish, self.run_lyt(*words, check=1).err)
        self.assertIn("at most 500 are kept", self.run_lyt("incident", "note", n, "--note", "x" * 501, check=1).err)

    def test_re06_the_guests_wish_is_confirmed_in_danish(self):
        """RE-05, RE-06: what staff say for a guest is answered in their language."""
        self.house()
        for verb, danish, english in (("stop", "får ikke flere beskeder", "gets no more messages"), ("start", "må der skrives til", "may be written to")):
            self.assertEqual(self.run_lyt("guest", verb, "anna", "--by", "mette", "--language", "da").out, "anna %s\n" % danish)
            self.assertEqual(self.run_lyt("guest", verb, "anna", "--by", "mette").out, "anna %s\n" % english)

    def test_bt06_a_caller_reads_out_the_time_of_the_house(self):
        """BT-05, BT-06: the script and the facts say when in local time, whatever the events are written in."""
        self.house("support")
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        need = (now + datetime.timedelta(hours=20)).strftime("%Y-%m-%dT%H:%M:%SZ")

        def event(n, kind, minutes):
            at = (now - datetime.timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
            return json.dumps({"id": kind + str(n), "type": kind, "subject": "anna", "ref": "r%d" % n, "at": at, "attrs": {"needed_at": need}})

        lines = [event(n, "car-requested", 300) for n in range(4)] + [event(n, "request-rejected", 280) for n in range(2)]
        self.run_lyt("event", stdin="\n".join(lines) + "\n")
        wait_for(lambda: self.ask("incident", "list")["incidents"], "the call task")
        shown = self.show(1)
        self.assertIn("skal bruges %s. De valgte" % local(need), shown)
        self.assertIn("needed at %s. The owners" % local(need), shown)
        self.assertIn("facts: needed_at " + local(need), shown)
        self.assertNotIn(need, shown)
        self.assertIn("found  about anna", shown)
        self.assertIn('"oplysninger: needed_at', self.show(1, "--language", "da"))
        (found,) = self.ask("trigger", "show", "no-car-yet")["findings"]
        self.assertIn("  %s" % local(found["at"]), self.run_lyt("trigger", "show", "no-car-yet").out)

    def test_re06_when_it_was_in_the_time_of_the_house(self):
        """RE-06, IN-12: notes and stays of a guest; a line that says not what it is goes nowhere."""
        self.house()
        # RE-04: after a failure that there is not nothing is proposed
        self.assertIn("the pack has no 'food-cald'", self.run_lyt("guest", "propose", "anna", "--scenario", "food-cald", check=1).err)
        self.assertIn("nothing is known of this guest", self.run_lyt("guest", "show", "anna").out)
        note = {"kind": "likes", "guest": "anna", "item": "espresso", "at": "2026-07-01T09:10:00Z"}
        stay = {"id": "s-1", "guest": "anna", "property": "havnen", "place": "214", "arrives": "2026-11-24T14:00:00Z", "departs": "2026-11-26T10:00:00Z"}
        done = self.run_lyt("event", stdin="\n".join(json.dumps(line) for line in (note, stay)) + "\n", check=1)
        self.assertIn('stdin:2:1: says "guest" and not what of: "type" must be "stay" or "order"', done.err)
        self.run_lyt("event", stdin=json.dumps(dict(stay, type="stay")) + "\n")
        shown = self.run_lyt("guest", "show", "anna").out
        self.assertIn("likes espresso, 2026-07-01 11:10\n", shown)
        self.assertIn("stays at havnen/214, 2026-11-24 15:00 to 2026-11-26 11:00\n", shown)

    def test_in11_a_rate_needs_a_day(self):
        """IN-11: no figure for a month is made of a minute, and the columns hold in Danish."""
        self.house()
        n = self.opened("no-hot-water", "305")
        self.run_lyt("fix", "add", n, "--owner", "bent", "--note", "new valves", "--by", "lise")
        self.run_lyt("fix", "done", "1", "--note", "60 degrees", "--by", "bent")
        shown = self.run_lyt("fix", "show", "1").out
        self.assertRegex(shown, r"before +1 in less than a day\n +after +0 in less than a day\n")
        danish = self.run_lyt("fix", "show", "1", "--language", "da").out
        self.assertIn("færdig bent ", danish)
        self.assertRegex(danish, r"\n        før     1 på mindre end en dag\n        efter   0 på")

    def test_sl13_a_name_that_the_pack_does_not_have_has_its_place(self):
        """SL-13: file, line, column and what is meant, also of what only the pack knows."""
        with open(os.path.join(ROOT, "models/hotel/desk.yaml"), encoding="utf-8") as file:
            text = file.read()
        rows = (("scenarios: [staff-rude, theft]", "scenarios: [theft, staff-rud]", "staff-rud", "did you mean 'staff-rude'?"),
                ("scenario: key-card-fails", "scenario: key-card-fals", "key-card-fals", "did you mean 'key-card-fails'?"),
                ("scenarios: [harassment", "scenarios: [harasment", "harasment", "did you mean 'harassment'?"),
                ("automatic: [no-hot-water", "automatic: [no-hot-watr", "no-hot-watr", "did you mean 'no-hot-water'?"),
                ("food-cold, room-service-slow, no-hot-water", "food-cold, room-service-slo, no-hot-water", "room-service-slo", "gesture 'breakfast'"),
                ("  - {id: bar}\n", "", "teams:", "the pack's team 'bar' is not among 'teams'; add it"))
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "desk.yaml")
            for old, new, word, said in rows:
                self.assertIn(old, text)
                bad = text.replace(old, new, 1)
                with open(path, "w", encoding="utf-8") as file:
                    file.write(bad)
                at = re.search(r"(?<![\w-])" + re.escape(word) + r"(?![\w-])", bad).start()
                line, column = bad.count("\n", 0, at) + 1, at - bad.rfind("\n", 0, at)
                done = lyt("route", "check", "-s", path, check=1)
                self.assertIn("%s:%d:%d: " % (path, line, column), done.err)
                self.assertIn(said, done.err)

    def test_al21_what_is_shown_of_the_outbox_is_what_goes_out(self):
        """AL-16, AL-21: names of failures as in the SMS, and times of the house."""
        folder = tempfile.mkdtemp(prefix="lyt-night-")
        self.addCleanup(shutil.rmtree, folder)
        with open(os.path.join(ROOT, "models/hotel/desk.yaml"), encoding="utf-8") as file:
            text = file.read().replace("channels: [sms, mail, bus]", "channels: [sms, bus]")
        people = re.findall(r"- \{id: (\w+), name: [^}]*channels: \[[^\]]*sms", text)
        with open(os.path.join(folder, "secret"), "w", encoding="utf-8") as file:
            file.write("token")
        os.chmod(file.name, 0o600)
        desk = os.path.join(folder, "desk.yaml")
        with open(desk, "w", encoding="utf-8") as file:
            # a port where nobody listens: it is tried again, and shown until then
            file.write(text + 'ways:\n  - {id: sms, kind: gatewayapi, secret: secret, from: Havnen, language: da, allow_private: true, url: "http://127.0.0.1:1/", to: [%s]}\n'
                       % ", ".join('{who: %s, address: "+45404044%02d"}' % (who, n) for n, who in enumerate(people)))
        self.assertIn("Intet varmt vand – 305", lyt("outbox", "try", "sms", "alarm", "-s", desk, "--scenario", "no-hot-water", "--place", "305", check=0).out)
        self.assertIn("No hot water – 305", lyt("outbox", "try", "sms", "alarm", "-s", desk, "--scenario", "no-hot-water", "--place", "305", "--language", "en", check=0).out)
        self.service = Service("hotel", "--desk", desk)
        self.addCleanup(self.service.__exit__, None, None, None)
        self.service.start()
        self.run_lyt("send", "--property", "havnen", "--place", "305", stdin="Der er ingen varmt vand\n")
        row = wait_for(lambda: [row for row in self.ask("outbox", "list")["outbox"] if row["state"] == "failed"], "the first attempt")[0]
        shown = self.run_lyt("outbox", "show", row["row"]).out
        self.assertIn("Intet varmt vand – 305", shown)
        self.assertIn("due " + local(self.ask("outbox", "show", row["row"])["due_at"]), shown)
        self.assertNotIn("no-hot-water", shown)

    def test_re09_figures_say_what_they_count_once(self):
        """RE-09, SL-15: medians in words, one incident is one, no empty shares."""
        self.house()
        n = self.opened("no-hot-water", "305")
        self.run_lyt("incident", "offer", n, "--gesture", "fruit-plate", "--by", "mette")
        shown = self.run_lyt("report", "recovery").out
        self.assertRegex(shown, r"apology +1 gestures, 1 within 10 min, median ")
        self.assertNotIn("median s", shown)
        self.assertRegex(shown, r"teams +maintenance +1 incident\n")


if __name__ == "__main__":
    main()
