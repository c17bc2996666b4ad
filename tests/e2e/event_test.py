"""Behaviour, orders and stays sent to a running house by `lyt event`, and what comes of them."""

import datetime
import json
import os
import shutil
import tempfile
import unittest

from lyt_http import Web
from lyt_service import ROOT, Service, lyt, main, wait_for

SUPPORT = os.path.join(ROOT, "models/support/desk.yaml")
HOTEL = os.path.join(ROOT, "models/hotel/desk.yaml")


def ago(**delta):
    at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(**delta)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def lines(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


def doing(type, subject, at, ref="", **attrs):
    return {"type": type, "subject": subject, "ref": ref, "at": at, "attrs": attrs}


class Events(unittest.TestCase):
    def house(self, pack, desk):
        service = Service(pack, "--desk", desk)
        self.addCleanup(service.__exit__, None, None, None)
        return service.start()

    def feed(self, service, text, check=0):
        return lyt("event", "--state", service.state, stdin=text, check=check)

    def incidents(self, service):
        return json.loads(lyt("incident", "list", "--all", "--json", "--state", service.state, check=0).out)["incidents"]

    def test_car_sharing_and_flat_sharing(self):
        """BT-01 to BT-08: a call task at the fourth event, an offer by itself, both once."""
        service = self.house("support", SUPPORT)
        need = ago(hours=-20)
        car = [
            doing("car-requested", "anna", ago(minutes=300), "r1", needed_at=need, response_rate="31 %"),
            doing("request-rejected", "anna", ago(minutes=290), "r1"),
            doing("car-requested", "anna", ago(minutes=280), "r2", needed_at=need, response_time="9 h"),
            doing("request-rejected", "anna", ago(minutes=270), "r2"),
            doing("car-requested", "anna", ago(minutes=260), "r3", needed_at=need),
        ]
        done = self.feed(service, lines(*car))
        self.assertIn("5 accepted, 0 duplicate", done.out)
        self.assertEqual(self.incidents(service), [])
        # the fourth request has had no answer for four hours, too: that is the fourth event
        self.feed(service, lines(doing("car-requested", "anna", ago(minutes=250), "r4", needed_at=need)))
        (task,) = wait_for(lambda: self.incidents(service), "the task to call")
        self.assertEqual((task["scenario"], task["severity"]), ("no-reply", 2))
        shown = lyt("incident", "show", "1", "--state", service.state, check=0).out
        for part in ("phone: Ring til anna", "phone: Call anna", "31 %", "9 h", "advice: Choose cars"):
            self.assertIn(part, shown)
        # all of it once more is nothing new, also after the machine was switched off
        service.kill()
        service.start()
        self.assertIn("0 accepted, 5 duplicate", self.feed(service, lines(*car)).out)
        self.assertEqual(len(self.incidents(service)), 1)
        found = lyt("trigger", "show", "no-car-yet", "--state", service.state, check=0).out
        self.assertIn("found 1, withdrawn 0", found)
        self.assertIn("anna, severity 2, incident 1", found)
        self.feed(service, lines(doing("request-accepted", "anna", ago(minutes=1), "r9")))
        self.assertEqual(self.incidents(service)[0]["state"], "void")
        tries = [doing("booking-failed", "bo", ago(hours=n)) for n in (30, 20, 10, 1)]
        self.feed(service, lines(*tries, doing("booking-failed", "bo", ago(minutes=5))))
        given = lyt("report", "gestures", "--state", service.state, check=0).out
        self.assertIn("no-reply,top-up-20-eur,20.00,EUR,lyt,lyt", given)
        self.assertEqual(given.count("top-up-20-eur"), 1)
        self.assertIn("sum,,,,,20.00,EUR,,", given)
        self.assertEqual(json.loads(lyt("trigger", "show", "--json", "--state", service.state, check=0).out)["triggers"][1]["withdrawn"], 1)

    def test_the_smoothie_and_the_cold_floor(self):
        """RE-04, RE-05, RE-09, BT-12, IN-14, with the real classifier."""
        service = self.house("hotel", HOTEL)
        order = {"type": "order", "guest": "klaus", "item": "strawberry-smoothie"}
        first = lines(dict(order, source="bar order 118", at=ago(days=2)))
        self.feed(service, first + lines(
            dict(order, source="bar order 161", at=ago(days=1)),
            {"kind": "allergy", "guest": "bo", "item": "milk", "at": ago(days=9)},
        ))
        self.assertIn("0 accepted, 1 duplicate", self.feed(service, first).out)
        proposed = lyt("guest", "propose", "klaus", "--scenario", "food-cold", "--state", service.state, check=0).out
        self.assertTrue(proposed.startswith("strawberry-smoothie "), proposed)
        self.assertIn("bar order 161", proposed.split("\n")[1])
        other = lyt("guest", "propose", "bo", "--scenario", "food-cold", "--state", service.state, check=0).out
        self.assertIn("never strawberry-smoothie, because of:\n    allergy milk", other)
        lyt("send", "--jsonl", "--state", service.state, check=0, stdin=lines(
            {"from": "klaus", "property": "havnen", "place": "214",
             "text": "Der manglede ost og dressing til frokosten, og maden var kold"}))
        wait_for(service.all_classified, "the complaint to be classified")
        known = lyt("guest", "show", "klaus", "--state", service.state, check=0).out
        self.assertIn("not to be asked for a review", known)
        done = lyt("incident", "offer", "1", "--gesture", "strawberry-smoothie", "--by", "mette", "--note",
                   "undskyld", "--state", service.state, check=0).out
        self.assertIn("offer 1 is given", done)
        figures = json.loads(lyt("report", "recovery", "--json", "--state", service.state, check=0).out)
        self.assertEqual(figures["apology"]["within_10_min"], 1)
        # radiators of the floor, then words from a room on it: one incident
        before = len(self.incidents(service))
        cold = [doing("radiator-cold", "floor-3", ago(minutes=n), place="floor-3", property="havnen") for n in (3, 2, 1)]
        self.feed(service, lines(*cold))
        self.assertEqual(len(self.incidents(service)), before + 1)
        lyt("send", "--jsonl", "--state", service.state, check=0, stdin=lines(
            {"from": "eva", "property": "havnen", "place": "314", "text": "Der er iskoldt på mit værelse"}))
        wait_for(service.all_classified, "the words to be classified")
        last = self.incidents(service)[-1]
        self.assertEqual(len(self.incidents(service)), before + 1, self.incidents(service))
        self.assertEqual((last["scenario"], last["place"], last["messages"]), ("room-too-cold", "floor-3", 1))
        lyt("guest", "forget", "klaus", "--state", service.state, check=0)
        self.assertEqual(service.rows("SELECT count(*) FROM note WHERE guest = 'klaus'"), [(0,)])

    def test_s0_12_a_trigger_names_the_step_that_misled_the_guest(self):
        """Seen by radiators on a floor, it counts where the trigger says and not where words of it would."""
        with open(HOTEL, encoding="utf-8") as file:
            desk = file.read()
        self.assertEqual(desk.count("scenario: room-too-cold"), 1)
        folder = tempfile.mkdtemp(prefix="lyt-e2e-step-")
        self.addCleanup(shutil.rmtree, folder)

        def write(step):
            path = os.path.join(folder, step + ".yaml")
            with open(path, "w", encoding="utf-8") as file:
                file.write(desk.replace("scenario: room-too-cold", "scenario: room-too-cold\n    step: " + step))
            return path

        bad = lyt("route", "check", "-s", write("arival"))
        line = desk[:desk.index("scenario: room-too-cold")].count("\n") + 2
        self.assertEqual(bad.returncode, 1, bad.out)
        self.assertIn("arival.yaml:%d:11: " % line, bad.err)
        self.assertIn("'arival' is no step of the journey", bad.err)
        self.assertIn("did you mean 'arrival'?", bad.err)
        good = write("arrival")
        self.assertEqual(lyt("route", "check", "-s", good).returncode, 0)
        service = self.house("hotel", good)
        cold = [doing("radiator-cold", "floor-3", ago(minutes=n), place="floor-3", property="havnen") for n in (3, 2, 1)]
        self.feed(service, lines(*cold))
        self.assertEqual([row["scenario"] for row in self.incidents(service)], ["room-too-cold"])
        shown = lyt("trigger", "show", "heating-fault", "--state", service.state, check=0).out
        self.assertIn("found 1, withdrawn 0, held out 0, at the step arrival", shown)
        self.assertIn("opens room-too-cold, at the step arrival", lyt("trigger", "list", "-s", good, check=0).out)
        moments = json.loads(lyt("report", "moments", "--json", "--state", service.state, check=0).out)
        self.assertEqual({row["step"]: row["incidents"] for row in moments["steps"] if row["incidents"]}, {"Arrival": 1})
        self.assertEqual([(row["step"], row["scenario"]) for row in moments["scenarios"]], [("Arrival", "room-too-cold")])

    def test_bad_lines_are_named_and_the_others_go_on(self):
        service = self.house("hotel", HOTEL)
        bad = 'nonsense\n{"text":"words"}\n{"type":"x","subject":"a","at":"noon"}\n' + lines(doing("door-opened", "a", ago(hours=1)))
        done = self.feed(service, bad, check=1)
        self.assertIn("1 accepted, 0 duplicate, 1 refused, 2 not sent", done.out)
        for part in ("stdin:1:8: not valid JSON", "stdin:2:1: is no event", "stdin:3: was refused: at: this must be a time"):
            self.assertIn(part, done.err)
        self.assertEqual(lyt("event", "/nowhere", "--state", service.state).returncode, 1)
        plain = Service("hotel")
        self.addCleanup(plain.__exit__, None, None, None)
        plain.start()
        self.assertIn("start it with --desk", self.feed(plain, lines(doing("a", "b", ago(hours=1))), check=1).err)
        self.assertIn("start it with --desk", lyt("report", "recovery", "--state", plain.state, check=1).err)

    def test_by_http(self):
        """BT-01: the same lines by HTTP, one or many, and the same event whichever way it came."""
        service = self.house("support", SUPPORT)
        web = Web(service)
        tries = [dict(doing("booking-failed", "bo", ago(hours=n)), id="b%d" % n) for n in (30, 20, 10)]
        for row in tries:
            answer = web.post("/api/v1/feedback", row)
            self.assertEqual((answer.status, answer.json["status"]), (200, "accepted"), answer.text)
        self.assertIn("1 accepted, 2 duplicate", self.feed(service, lines(*tries[1:], dict(doing("booking-failed", "bo", ago(hours=1)), id="b1"))).out)
        self.assertEqual(web.post("/api/v1/feedback", tries[0]).json["status"], "duplicate")
        self.assertIn("top-up-20-eur", lyt("report", "gestures", "--state", service.state, check=0).out)
        self.assertEqual(web.post("/api/v1/feedback", {"type": "x", "subject": "a", "id": "1", "at": "noon"}).status, 422)
        self.assertEqual(web.post("/api/v1/feedback", {"type": "incident.ack", "incident": 1, "by": "x"}).status, 422)

    def test_a_kill_loses_no_event(self):
        """Durable before it is acknowledged."""
        service = self.house("hotel", HOTEL)
        rows = [doing("door-refused", "g%d" % n, ago(minutes=2)) for n in range(2000)]
        done = self.feed(service, lines(*rows))
        service.kill()
        self.assertIn("2000 accepted", done.out)
        self.assertEqual(service.rows("SELECT count(*) FROM behaviour"), [(2000,)])
        service.start()
        self.assertIn("0 accepted, 2000 duplicate", self.feed(service, lines(*rows)).out)


if __name__ == "__main__":
    main()
