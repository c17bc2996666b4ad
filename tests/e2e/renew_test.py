"""A house that changes while it runs: settings and channels read again on SIGHUP, a start from the sum of what
happened, failures that are over within a second."""

import base64
import datetime
import hashlib
import hmac
import json
import os
import shutil
import signal
import sqlite3
import tempfile
import unittest
import urllib.parse
import zoneinfo

from lyt_http import Web
from lyt_service import Service, lyt, main, wait_for
from receivers import Http

HOUSE = """desk: havnen
pack: hotel
zone: Europe/Copenhagen
manager: signe
grouping: {parent_places: 1000}
people:
  - {id: mette, name: Mette Holm, role: contact, trained: true, language: da, channels: [bus]}
  - {id: jonas, name: Jonas Friis, role: contact, trained: true, language: en, channels: [bus]}
  - {id: signe, name: Signe Vang, role: manager, trained: true, language: da, channels: [bus]}
teams: [{id: housekeeping}, {id: maintenance}, {id: reception}, {id: bar}, {id: duty-manager}, {id: it},
        {id: food-and-beverage}, {id: security}]
routes:
  - {id: all, to: [%(to)s]}
clocks:
  - {acknowledge_min: %(ack)d, remedy_min: 240}
reminders: {every_min: 10, at_most: 6}
%(more)s
"""


class House(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-renew-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.desk = os.path.join(self.folder, "desk.yaml")
        self.sent = 0

    def write(self, to="mette", ack=10, more="", text=None):
        with open(self.desk, "w") as file:
            file.write(HOUSE % {"to": to, "ack": ack, "more": more} if text is None else text)

    def start(self, *more):
        service = Service("hotel", "--desk", self.desk, "--no-spelling", *more)
        self.addCleanup(service.__exit__, None, None, None)
        return service.start()

    def secret(self, name, text):
        with open(os.open(os.path.join(self.folder, name), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(text + "\n")

    def say(self, service, place, text="Der er ingen varmt vand i bruseren"):
        """The incident that it became."""
        self.sent += 1
        name = "m%d" % self.sent
        lyt("send", "--jsonl", "--state", service.state, stdin=json.dumps(
            {"id": name, "property": "havnen", "place": place, "text": text}) + "\n", check=0)
        rows = wait_for(lambda: service.rows(
            "SELECT h.incident_id FROM feedback f JOIN history h ON h.feedback_id = f.id WHERE f.source_id = ?", name),
            "the incident of " + name)
        return rows[0][0]

    def reload(self, service, refused=False):
        """SIGHUP, and what the status says of it then."""
        before = service.status().get("reload")
        service.process.send_signal(signal.SIGHUP)
        wait_for(lambda: service.status().get("reload") != before, "the reload")
        status = service.status()
        self.assertEqual(status["reload"]["refused"], refused, status)
        return status

    def told(self, service, incident):
        return [json.loads(text)["who"] for (text,) in service.rows(
            "SELECT json FROM event WHERE topic LIKE 'notice.%' ORDER BY seq") if json.loads(text)["incident"] == incident]

    def case(self, service, incident):
        """All that the house knows of it."""
        return json.loads(lyt("incident", "choices", incident, "--json", "--state", service.state,
                              check=0).out)["answer"]["case"]

    def due(self, service, incident, name="acknowledge"):
        return next(clock["due"] for clock in self.case(service, incident)["clocks"] if clock["clock"] == name)

    def changes(self, service):
        return [json.loads(text)["note"] for (text,) in service.rows(
            "SELECT json FROM event WHERE topic = 'health.settings' ORDER BY seq")]


class Settings(House):
    def test_sl13_new_settings_count_for_what_comes_and_are_an_event(self):
        self.write()
        service = self.start()
        self.assertEqual(self.told(service, self.say(service, "214")), ["mette"])
        before = service.status()["settings"]
        self.write(to="jonas")
        after = self.reload(service)["settings"]
        self.assertNotEqual(before, after)
        self.assertEqual(self.told(service, self.say(service, "215")), ["jonas"])
        self.assertEqual(self.changes(service), [after])
        # the same bytes again are no change
        self.reload(service)
        self.assertEqual(self.changes(service), [after])
        # and a start by the file that counts gives the same version
        self.assertEqual(service.stop(), 0)
        service.start()
        self.assertEqual(service.status()["settings"], after)
        self.assertEqual(self.told(service, self.say(service, "216")), ["jonas"])

    def test_sl12_clocks_that_run_keep_their_limits_until_asked(self):
        self.write(ack=10)
        service = self.start()
        first = self.say(service, "214")
        due = self.due(service, first)
        self.write(ack=20)
        self.reload(service)
        second = self.say(service, "215")
        self.assertEqual(self.due(service, first), due)
        lyt("incident", "limits", "--by", "signe", "--state", service.state, check=0)
        wait_for(lambda: self.due(service, first) != due, "the new limit")
        self.assertGreater(self.due(service, second), self.due(service, first))

    def test_sl13_a_bad_file_changes_nothing_and_says_where(self):
        self.write()
        service = self.start()
        version = service.status()["settings"]
        bad = (
            (HOUSE % {"to": "nobody", "ack": 10, "more": ""}, "desk.yaml:13:20:"),
            (HOUSE % {"to": "jonas", "ack": 10, "more": "reminders: {}"}, "desk.yaml:17:"),
            ("desk: [", "desk.yaml:"),
            ((HOUSE % {"to": "jonas", "ack": 10, "more": ""}).replace("desk: havnen", "desk: elsewhere"), "of its own"),
            (HOUSE % {"to": "jonas", "ack": 10, "more": "ways: [{id: hooks, kind: webhook, url: \"http://127.0.0.1:9/\","
                                                        " secret: missing, allow_private: true}]"}, "missing"),
        )
        for number, (text, where) in enumerate(bad):
            self.write(text=text)
            status = self.reload(service, refused=True)
            self.assertIn(where, status["reload"]["why"])
            self.assertIn("LYT-RELOAD-FAILED", service.read_log())
            self.assertEqual(status["settings"], version)
            self.assertEqual(self.told(service, self.say(service, "3%02d" % (2 * number))), ["mette"])
        os.unlink(self.desk)
        self.assertIn("desk.yaml", self.reload(service, refused=True)["reload"]["why"])
        self.assertEqual(self.changes(service), [])
        self.write(to="jonas")
        self.assertNotIn("why", self.reload(service)["reload"])
        self.assertEqual(self.told(service, self.say(service, "401")), ["jonas"])

    def test_al16_a_way_that_is_new_is_used_and_one_that_hangs_holds_nothing_up(self):
        receiver = Http()
        self.addCleanup(receiver.close)
        self.secret("key", "whsec_" + base64.b64encode(bytes(range(32))).decode())
        way = "  - {id: %s, kind: webhook, url: " + receiver.url + "/%s, secret: key, allow_private: true}\n"
        receiver.plan["/slow"] = ["hang"]
        self.write()
        service = self.start()
        self.say(service, "214")
        self.write(more="ways:\n" + way % ("slow", "slow"))
        self.reload(service)
        self.say(service, "215")
        wait_for(lambda: [r for r in receiver.requests if r.path == "/slow"], "the first way")
        # while that hangs another takes its place; what waited for it is dead and not forgotten
        self.write(more="ways:\n" + way % ("quick", "quick"))
        self.reload(service)
        self.say(service, "216")
        wait_for(lambda: [r for r in receiver.requests if r.path == "/quick"], "the second way")
        rows = wait_for(lambda: [row for row in json.loads(lyt(
            "outbox", "list", "--all", "--json", "--state", service.state, check=0).out)["outbox"]
            if row["way"] == "slow" and row["state"] == "dead"], "the dead row")
        self.assertIn("no such way", rows[0]["reason"])
        receiver.released.set()

    def test_bt11_triggers_of_new_settings_know_what_was_found_and_what_came_before(self):
        trigger = """triggers:
  - {id: unlucky, kind: count, each: [{type: rejected, n: 2}], within_min: 600, again_min: 6000,
     scenario: no-hot-water, team: maintenance, severity: 2, facts: [name]}
"""
        self.write(more=trigger)
        service = self.start()

        def event(number, who):
            at = datetime.datetime.now(datetime.timezone.utc).isoformat()
            lyt("event", "--state", service.state, stdin=json.dumps(
                {"type": "rejected", "id": "e%d" % number, "subject": who, "at": at}) + "\n", check=0)

        def found(who):
            return [fact for (text,) in service.rows("SELECT json FROM fact") for fact in [json.loads(text)]
                    if fact["fact"] == "found" and fact["who"] == who]

        for number in (1, 2):
            event(number, "anna")
        event(3, "bo")
        wait_for(lambda: found("anna"), "the finding")
        self.write(to="jonas", more=trigger)
        self.reload(service)
        for number, who in ((4, "anna"), (5, "anna"), (6, "bo")):
            event(number, who)
        wait_for(lambda: found("bo"), "a finding of two, one of them from before")
        self.assertEqual((len(found("anna")), len(found("bo"))), (1, 1))


class Command(House):
    def test_sl13_lyt_reload_says_what_came_of_it(self):
        self.write()
        service = self.start()
        done = lyt("reload", "--state", service.state, check=0)
        self.assertRegex(done.out, r"^from now on with pack [0-9a-f]{16}, settings [0-9a-f]{16}\n$")
        self.write(to="jonas")
        done = lyt("reload", "--state", service.state, "--json", check=0)
        self.assertFalse(json.loads(done.out)["refused"])
        self.assertEqual(self.told(service, self.say(service, "214")), ["jonas"])
        self.write(to="nobody")
        done = lyt("reload", "--state", service.state, check=1)
        self.assertIn("desk.yaml:13:20: there is no person, duty or team 'nobody'", done.err)
        done = lyt("reload", "--state", service.state, "--json", check=1)
        self.assertIn("desk.yaml:13:20:", json.loads(done.out)["why"])
        self.assertEqual(self.told(service, self.say(service, "215")), ["jonas"])
        self.assertEqual(service.stop(), 0)
        self.assertIn("lyt serve --state", lyt("reload", "--state", service.state, check=1).err)
        self.assertIn("--wait", lyt("reload", "--wait", "0", check=2).err)


class Drills(House):
    def test_in15_due_drills_run_by_themselves_end_and_say_what_changed(self):
        """A minute of the house is a second."""
        zone = zoneinfo.ZoneInfo("Europe/Copenhagen")
        now = datetime.datetime.now(zone)
        times = [(now + datetime.timedelta(minutes=add)).strftime("%H:%M") for add in (-2, 10)]
        drill = "  - {id: %s, text: Der er ingen varmt vand i bruseren, place: \"214\", at: \"%s\", end_min: 4}\n"
        self.write(more="drills:\n" + drill % ("bath", times[0]) + drill % ("again", times[1]))
        service = self.start("--speed", "60")
        self.assertEqual(service.status()["next_drill"]["drill"], "again")
        first = wait_for(lambda: service.rows("SELECT min(id) FROM incident")[0][0], "the first drill")
        lyt("incident", "ack", first, "--by", "mette", "--state", service.state, check=0)

        def reports():
            return [json.loads(text)["note"] for (text,) in service.rows(
                "SELECT json FROM event WHERE topic = 'health.drill' ORDER BY seq")]

        wait_for(lambda: len(reports()) == 2, "both reports")
        self.assertRegex(reports()[0], r"^drill bath: heard after [0-9.]+ s, taken after [0-9.]+ min \(limit 10 min\); the first$")
        self.assertRegex(reports()[1], r"^drill again: heard after [0-9.]+ s, nobody took it \(limit 10 min\); the last "
                                       r"time after [0-9.]+ min$")
        states = service.rows("SELECT state FROM incident")
        self.assertEqual(len(states), 2)
        shown = lyt("incident", "show", 2, "--state", service.state, check=0).out
        self.assertIn("dette var en øvelse", shown)
        figures = json.loads(lyt("report", "recovery", "--json", "--state", service.state, check=0).out)
        self.assertEqual((figures["incidents"]["opened"], figures["incidents"]["drills"]), (0, 2))
        table = json.loads(lyt("report", "drill", "--json", "--state", service.state, check=0).out)["drills"]
        self.assertEqual([row["place"] for row in table], ["214", "214"])
        # whoever starts again within the hour has had it
        self.assertEqual(service.stop(), 0)
        service.start("--speed", "60")
        self.assertEqual(self.say(service, "301"), 3)
        self.assertEqual(len(service.rows("SELECT 1 FROM feedback WHERE channel = 'drill'")), 2)


class Channels(House):
    SECRET = "12345"

    def write_channels(self, path, number="+4592450000"):
        with open(os.path.join(self.folder, "channels.yaml"), "w") as file:
            file.write("""public_url: https://feedback.example.dk
pseudonyms: pseudonyms
numbers: [{number: "%s", property: havnen}]
gateways: [{name: twilio, kind: twilio, path: %s, secret: twilio}]
""" % (number, path))

    def call(self, web, path, sid):
        fields = {"AccountSid": "AC" + "0" * 32, "Body": "Der er koldt", "From": "+4540404422", "MessageSid": sid,
                  "NumMedia": "0", "NumSegments": "1", "To": "+4592450000"}
        text = "https://feedback.example.dk" + path + "".join(key + fields[key] for key in sorted(fields))
        sum_ = base64.b64encode(hmac.new(self.SECRET.encode(), text.encode(), hashlib.sha1).digest()).decode()
        return web.ask("POST", path, urllib.parse.urlencode(fields), {"X-Twilio-Signature": sum_},
                       type="application/x-www-form-urlencoded").status

    def test_ch01_gateways_of_a_new_file_answer_and_those_before_do_not(self):
        self.secret("twilio", self.SECRET)
        self.secret("pseudonyms", "ab" * 32)
        self.write()
        self.write_channels("/in/one")
        service = self.start("--channels", os.path.join(self.folder, "channels.yaml"))
        web = Web(service)
        self.assertEqual(self.call(web, "/in/one", "SM" + "1" * 32), 200)
        self.write_channels("/in/two")
        self.reload(service)
        self.assertEqual(self.call(web, "/in/one", "SM" + "2" * 32), 404)
        self.assertEqual(self.call(web, "/in/two", "SM" + "3" * 32), 200)
        self.assertIn('lyt_gateway_items_total{gateway="twilio",kind="feedback"} 2', web.get("/metrics").text)
        with open(os.path.join(self.folder, "channels.yaml"), "a") as file:
            file.write("nonsense: true\n")
        self.write(to="jonas")
        why = self.reload(service, refused=True)["reload"]["why"]
        self.assertIn("channels.yaml:5:", why)
        # neither of the two files counts when one is bad
        self.assertEqual(self.call(web, "/in/two", "SM" + "4" * 32), 200)
        wait_for(service.all_classified, "the verdicts on those, which are not on what comes now")
        self.assertEqual(self.told(service, self.say(service, "214")), ["mette"])


class Reports(House):
    def test_in09_reports_call_it_restricted_for_who_may_not_see_it(self):
        tokens = os.path.join(self.folder, "tokens")
        words = {}
        for person in ("mette", "signe"):
            out = lyt("token", "new", "--tokens", tokens, "--person", person, "--role", "manager", check=0).out
            words[person] = next(word for word in out.split() if word.startswith("lyt_"))
        self.write(more="sensitive: {scenarios: [theft], roles: [manager]}\n")
        service = self.start("--tokens", tokens)
        self.say(service, "tower-suite", "My wallet was stolen from my room, somebody took all our money")
        self.say(service, "214")
        self.assertEqual(sorted(service.rows("SELECT scenario FROM incident")), [("no-hot-water",), ("theft",)])
        lyt("fix", "add", 1, "--owner", "signe", "--days", 9, "--note", "safes in all rooms", "--by", "signe",
            "--state", service.state, check=0)
        for person, sees in (("signe", True), ("mette", False)):
            web = Web(service, words[person])
            for page in ("cause", "cost", "day", "drill", "incidents", "nps", "place", "scenario", "shift", "team", "week"):
                for form in ("", "?format=csv", "?language=da"):
                    answer = web.get("/api/v1/reports/" + page + form)
                    self.assertEqual(answer.status, 200, page)
                    if not sees:
                        for secret in ("theft", "tower-suite", "safes"):
                            self.assertNotIn(secret, answer.text, page + form)
            shown = web.get("/api/v1/reports/scenario").json["scenarios"]
            self.assertEqual(sorted(row["name"] for row in shown),
                             ["no-hot-water", "theft" if sees else "restricted"])
            fixes = web.get("/api/v1/reports/cause").json["fixes"]
            self.assertEqual([row["fix"] for row in fixes], ["safes in all rooms" if sees else ""])
            incidents = web.get("/api/v1/reports/incidents").json["incidents"]
            self.assertEqual(len(incidents), 2, "it counts all the same")
        page = os.path.join(self.folder, "page.html")
        for option in ("--mask", "--without"):
            for name in ("cause", "incidents", "week"):
                out = lyt("report", name, option, "theft", "--html", page, "--json", "--by", "signe", "--state", service.state,
                          check=0).out
                with open(page) as file:
                    out += file.read()
                self.assertEqual("restricted" in out, option == "--mask", name)
                for secret in ("theft", "tower-suite", "safes"):
                    self.assertNotIn(secret, out, name)
        self.look_at_the_folder(service)
        service.stop()
        self.look_at_the_folder(service, runs=False)

    def look_at_the_folder(self, service, runs=True):
        """IN-09: commands that read the state folder go by what the settings said last, with and without a service."""
        at = ("--state", service.state)
        for by, sees in ((("--by", "signe"), True), (("--by", "mette"), False), (("--by", "nobody"), False), ((), False)):
            for name in ("cause", "incidents", "scenario", "shift", "week"):
                out = lyt("report", name, "--json", *by, *at, check=0).out + lyt("report", name, *by, *at, check=0).out
                if name in ("incidents", "scenario"):
                    self.assertEqual("theft" in out, sees, (name, by))
                for secret in ("theft", "tower-suite", "safes"):
                    self.assertTrue(sees or secret not in out, (name, by, secret))
            found = lyt("find", "wallet", *by, *at, check=0).out
            self.assertEqual("wallet" in found, sees, by)
            self.assertEqual(found == "", not sees, "found by its words, it is not there")
            every = [json.loads(row) for row in lyt("find", "--json", *by, *at, check=0).out.splitlines()]
            self.assertEqual(len(every), 2)
            self.assertEqual(sum(row.get("restricted", False) for row in every), 0 if sees else 1)
            self.assertEqual("restricted" in lyt("find", *by, *at, check=0).out, not sees)
            if runs:
                given = lyt("report", "gestures", "--json", *by, *at, check=0).out
                self.assertTrue(sees or "theft" not in given)


class Short(House):
    def test_al14_opened_and_closed_within_a_second_is_on_the_bus_and_in_the_report(self):
        self.write()
        service = self.start()
        web = Web(service)
        incident = self.say(service, "214")
        opened = service.rows("SELECT opened_us FROM incident WHERE id = ?", incident)[0][0]
        for verb, body in (("cause", {"note": "a valve"}), ("resolve", {"note": "turned it"})):
            answer = web.post("/api/v1/incidents/%d/%s" % (incident, verb), dict(body, by="mette"))
            self.assertEqual(answer.status, 200, answer.text)
        states = [json.loads(text)["state"] for (text,) in service.rows(
            "SELECT json FROM event WHERE topic LIKE 'incident.%' ORDER BY seq")]
        self.assertEqual((states[0], states[-1]), ("new", "closed"))
        closed = service.rows("SELECT updated_us FROM incident WHERE id = ?", incident)[0][0]
        self.assertLess(closed - opened, 1000000, "slower than a second: this test has shown nothing")
        # all who were told of the one were told of the other
        notices = [(json.loads(text)["notice"], json.loads(text)["who"]) for (text,) in service.rows(
            "SELECT json FROM event WHERE topic LIKE 'notice.%' ORDER BY seq")]
        self.assertIn(("alarm", "mette"), notices)
        self.assertIn(("closed", "mette"), notices)
        row, = web.get("/api/v1/reports/incidents").json["incidents"]
        self.assertEqual((row["incident"], row["state"]), (incident, "closed"))
        totals = json.loads(lyt("report", "day", "--json", "--state", service.state, check=0).out)["totals"]
        self.assertEqual(totals[0]["incidents"], 1)


class Sum(House):
    def shown(self, service):
        return [(lyt("incident", "show", n, "--json", "--state", service.state, check=0).out, self.case(service, n))
                for n in range(1, service.rows("SELECT max(id) FROM incident")[0][0] + 1)]

    def change(self, service, sql, *values):
        with sqlite3.connect(os.path.join(service.state, "lyt.db")) as db:
            db.execute(sql, values)

    def test_in08_a_start_from_the_sum_is_a_start_from_all_facts(self):
        self.write()
        service = self.start()
        for place in ("214", "215", "216", "301"):
            self.say(service, place)
        lyt("incident", "ack", 1, "--by", "mette", "--minutes", 5, "--state", service.state, check=0)
        lyt("incident", "note", 2, "--by", "mette", "--note", "on my way", "--state", service.state, check=0)
        lyt("silence", "add", "--place", "401", "--minutes", 60, "--by", "mette", "--note", "painting",
            "--state", service.state, check=0)
        before = self.shown(service)
        self.assertEqual(service.stop(), 0)
        kept = service.rows("SELECT fact, length(bytes) FROM snapshot")
        self.assertEqual(kept[0][0], service.rows("SELECT max(id) FROM fact")[0][0])
        # as it is, cut off, changed by a bit, gone, and of a version that nobody knows
        blob = service.rows("SELECT bytes FROM snapshot")[0][0]
        changed = bytearray(blob)
        changed[len(changed) // 2] ^= 1
        for bytes_ in (blob, blob[:-3], bytes(changed), None, blob[:7] + b"\x09" + blob[8:]):
            if bytes_ is None:
                self.change(service, "DELETE FROM snapshot")
            else:
                self.change(service, "INSERT OR REPLACE INTO snapshot VALUES(1, ?, 1, ?)", kept[0][0], bytes_)
            service.start()
            self.assertEqual(self.shown(service), before)
            # the counts of the facts go on, so something happens to each
            lyt("incident", "note", 3, "--by", "mette", "--note", "again", "--state", service.state, check=0)
            before = self.shown(service)
            self.assertEqual(service.stop(), 0)
            self.assertGreater(service.rows("SELECT fact FROM snapshot")[0][0], kept[0][0])
            kept = service.rows("SELECT fact FROM snapshot")
            blob = service.rows("SELECT bytes FROM snapshot")[0][0]
        # after a kill the facts behind the sum are read
        service.start()
        self.assertEqual(self.say(service, "501"), len(before) + 1)
        before = self.shown(service)
        service.kill()
        service.start()
        self.assertEqual(self.shown(service), before)


    def test_pr01_who_was_erased_beside_the_service_does_not_come_back_with_the_sum(self):
        self.write()
        service = self.start()
        for number, (who, place) in enumerate((("guest-anna-81", "214"), ("guest-bo-82", "215"))):
            lyt("send", "--jsonl", "--state", service.state, stdin=json.dumps(
                {"id": "e%d" % number, "property": "havnen", "place": place, "from": who,
                 "text": "Der er ingen varmt vand i bruseren"}) + "\n", check=0)
        wait_for(lambda: service.rows("SELECT count(*) FROM incident")[0][0] == 2, "both incidents")
        lyt("privacy", "erase", "guest-anna-81", "--state", service.state, check=0)
        # it goes on with what it has in memory, and is stopped
        lyt("incident", "note", 1, "--by", "mette", "--note", "on my way", "--state", service.state, check=0)
        self.assertEqual(service.stop(), 0)
        blob = service.rows("SELECT bytes FROM snapshot")[0][0]
        self.assertNotIn(b"guest-anna-81", blob)
        self.assertIn(b"guest-bo-82", blob)
        for name in os.listdir(service.state):
            if name.startswith("lyt.db"):
                with open(os.path.join(service.state, name), "rb") as file:
                    self.assertNotIn(b"guest-anna-81", file.read(), name)
        service.start()
        self.assertEqual(self.case(service, 1)["incident"], 1)


if __name__ == "__main__":
    main()
