"""What goes out of the house beside the bus: every kind of receiver, failing receivers, a killed service."""

import base64
import email
import email.policy
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

from lyt_service import LYT, Service, lyt, wait_for
from receivers import Alertmanager, Http, Smtp, is_signed, make_certificate

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
OLD_SECRET = "whsec_" + base64.b64encode(bytes(range(32, 64))).decode()

HOUSE = """
desk: havnen
pack: hotel
zone: Europe/Copenhagen
manager: signe
grouping: {parent_places: 1000}
people:
  - {id: mette, name: Mette Holm, role: contact, language: da, channels: [%(mette)s]}
  - {id: signe, name: Signe Vang, role: manager, language: en, channels: [%(signe)s]}
teams: [{id: housekeeping}, {id: maintenance}, {id: reception}, {id: bar}, {id: duty-manager}, {id: it},
        {id: food-and-beverage}, {id: security}]
routes:
  - {id: all, to: [team, mette]}
%(ways)s
"""


class House:
    """A service with ways out, its receivers and its files."""

    def __init__(self, ways, mette="bus", signe="bus", secrets=()):
        self.http, self.smtp = Http(), Smtp()
        self.folder = tempfile.mkdtemp(prefix="lyt-ways-")
        self.desk = os.path.join(self.folder, "desk.yaml")
        for name, text in dict(secrets).items():
            self.secret(name, text)
        self.write(ways, mette, signe)
        self.service = Service("hotel", "--desk", self.desk, "--no-spelling")

    def write(self, ways, mette="bus", signe="bus"):
        ways = ways.replace("HTTP", self.http.url).replace("SMTP", self.smtp.url)
        with open(self.desk, "w") as file:
            file.write(HOUSE % {"mette": mette, "signe": signe, "ways": "ways:\n" + ways if ways else ""})

    def secret(self, name, text, mode=0o600):
        path = os.path.join(self.folder, name)
        with open(path, "w") as file:
            file.write(text + "\n")
        os.chmod(path, mode)

    def __enter__(self):
        self.service.__enter__()
        return self

    def __exit__(self, *args):
        try:
            self.service.__exit__(*args)
        finally:
            self.http.close()
            self.smtp.close()

    def say(self, number, place, text="The room was not cleaned"):
        lyt("send", "--jsonl", "--state", self.service.state, stdin=json.dumps(
            {"id": "m%s" % number, "channel": "survey", "property": "havnen", "place": place, "from": "anna-%s" % number,
             "text": text}) + "\n", check=0)

    def act(self, *args):
        return lyt("incident", *args, "--state", self.service.state, "--by", "mette", check=0)

    def outbox(self, *args):
        return json.loads(lyt("outbox", *args, "--json", "--state", self.service.state, check=0).out)

    def rows(self, *args):
        return self.outbox("list", "--all", "--limit", "9999", *args)["outbox"]

    def all_sent(self, n, state="sent"):
        rows = self.rows()
        return len(rows) >= n and all(row["state"] == state for row in rows)

    def events(self, topic):
        return [json.loads(row[0]) for row in self.service.rows(
            "SELECT json FROM event WHERE topic LIKE ? ORDER BY seq", topic + "%")]


def hook(name, *more):
    return "  - {id: %s, kind: webhook, url: HTTP/%s, secret: key, allow_private: true%s}\n" % (
        name, name, "".join(", " + part for part in more))


BOARDS = (
    "  - {id: alerts, kind: alertmanager, url: HTTP/am, allow_private: true}\n"
    "  - {id: pager, kind: pagerduty, url: HTTP/pd, secret: routing, allow_private: true, severity_min: 2}\n"
    "  - {id: chat, kind: slack, url: HTTP/slack, allow_private: true}\n"
    "  - {id: cards, kind: teams, secret: teams-url, allow_private: true, language: da}\n"
)
PHONES = (
    "  - {id: sms, kind: gatewayapi, url: HTTP/rest/mtsms, secret: token, from: Havnen, allow_private: true,\n"
    "     to: [{who: mette, address: \"+4540404422\"}]}\n"
    "  - {id: text, kind: twilio, url: HTTP, secret: twilio, from: \"+4592450000\", allow_private: true,\n"
    "     to: [{who: signe, address: \"+4540404423\"}, {who: housekeeping, address: \"+4540404424\"}]}\n"
    "  - {id: elks, kind: 46elks, url: HTTP/a1/sms, secret: elks, from: Havnen, allow_private: true,\n"
    "     to: [{who: housekeeping, address: \"+4540404425\"}]}\n"
    "  - {id: mail, kind: mail, url: SMTP, from: \"Hotel Havnen <lyt@havnen.example>\", allow_private: true,\n"
    "     to: [{who: housekeeping, address: rengoering@havnen.example}, {who: mette, address: mette@havnen.example}]}\n"
)
SECRETS = {"key": OLD_SECRET + "\n" + SECRET, "routing": "R0UT1NG", "token": "t0ken", "twilio": "AC0123:au7h",
           "elks": "u123:p456"}


def basic(request):
    return base64.b64decode(request.headers["Authorization"].split(" ")[1]).decode()


class Links(unittest.TestCase):
    """RE-11: a guest who was let down is not sent into a dead end."""

    def test_re11_links_in_messages_to_guests_are_asked_whether_anything_is_there(self):
        folder = tempfile.mkdtemp(prefix="lyt-links-")
        self.addCleanup(shutil.rmtree, folder)
        certificate = make_certificate(folder)
        server = Http(certificate)
        self.addCleanup(server.close)
        server.plan.update({"/gone": [404, 404, 404], "/moved": [(301, {"Location": "https://127.0.0.1:1/"})] * 3, "/hangs": ["reset"] * 3})
        with open(os.path.join(os.environ["LYT_DATA"], "models/hotel/desk.yaml")) as file:
            desk = file.read()

        def check(words, *options, code):
            path = os.path.join(folder, "desk.yaml")
            text = '  texts:\n    - {for: holding, language: en, text: "It takes longer. Call 9. %s"}\n' % words
            with open(path, "w") as file:
                file.write(desk.replace("sensitive:", text + "sensitive:", 1))
            return lyt("route", "check", "--settings", path, *options, check=code)

        asks = ("--links", "--ca", certificate + ".crt")
        good = "%s/refund" % server.url
        self.assertIn("1 links", check(good, code=0).out)
        self.assertEqual(len(server.requests), 0, "nobody is asked who was not told to ask")
        self.assertEqual(json.loads(check(good, *asks, "--json", code=0).out)["links"], 1)
        self.assertEqual([request.path for request in server.requests], ["/refund"])
        check("%s/moved." % server.url, *asks, code=0)
        self.assertIn("answered 404", check("%s/gone" % server.url, *asks, code=1).err)
        self.assertIn("/hangs", check("%s/hangs" % server.url, *asks, code=1).err)
        self.assertIn("certificate", check(good, "--links", code=1).err.lower())
        for words, why in (("http://havnen.dk", "write it with https://"), ("www.havnen.dk", "write it with https://"),
                           ("https://havnen/refund", "no host")):
            said = check(words, code=1).err
            self.assertIn(why, said)
            self.assertIn("desk.yaml", said)


class Ways(unittest.TestCase):
    def one_alarm_everywhere(self):
        house = House(hook("hooks") + BOARDS + PHONES, mette="sms, mail", secrets=SECRETS)
        house.secret("teams-url", house.http.url + "/teams")
        return house

    def test_bu15_every_kind_of_receiver_gets_what_its_documentation_says(self):
        with self.one_alarm_everywhere() as house:
            house.say(1, "214")
            # 2 who are told: two webhooks, one row each for boards, sms, text, elks, mail
            wait_for(lambda: house.all_sent(10), "the alarm to go out")
            self.check_webhook(house)
            self.check_boards(house)
            self.check_phones(house)
            self.check_mail(house)
            house.act("ack", "1")
            wait_for(lambda: len(house.http.to("/pd")) == 2, "the pager to hear that it is taken")
            taken = json.loads(house.http.to("/pd")[1].body)
            self.assertEqual(taken["event_action"], "acknowledge")
            self.assertEqual(taken["dedup_key"], json.loads(house.http.to("/pd")[0].body)["dedup_key"])
            self.assertNotIn("payload", taken)
            house.act("void", "1", "--note", "a trial")
            wait_for(lambda: len(house.http.to("/pd")) == 3, "the pager to hear that it is over")
            self.assertEqual(json.loads(house.http.to("/pd")[2].body)["event_action"], "resolve")
            wait_for(lambda: len(house.http.to("/am/api/v2/alerts")) == 3, "the alert to be resolved")
            first, _, last = [json.loads(r.body)[0] for r in house.http.to("/am/api/v2/alerts")]
            self.assertEqual(first["labels"], last["labels"])
            self.assertLess(last["endsAt"], first["endsAt"])

    def check_webhook(self, house):
        got = house.http.to("/hooks")
        self.assertEqual(len(got), 2)
        self.assertEqual(len({request.headers["webhook-id"] for request in got}), 2)
        for request in got:
            self.assertTrue(is_signed(request, SECRET, time.time()))
            self.assertTrue(is_signed(request, OLD_SECRET, time.time()), "the secret before is good as well")
            self.assertFalse(is_signed(request, "whsec_" + base64.b64encode(b"x" * 32).decode(), time.time()))
            self.assertEqual(request.headers["Idempotency-Key"], request.headers["webhook-id"])
            self.assertEqual(request.headers["Content-Type"], "application/json")
            body = json.loads(request.body)
            self.assertEqual(body["type"], "notice.alarm")
            self.assertEqual(body["data"]["incident"], 1)
            self.assertEqual(body["data"]["place"], "214")
            self.assertNotIn("anna", request.body.decode(), "nobody's name goes out")
            request.body = request.body.replace(b"214", b"215")
            self.assertFalse(is_signed(request, SECRET, time.time()), "a changed body is found out")
        self.assertEqual({json.loads(r.body.replace(b"215", b"214"))["data"]["who"] for r in got},
                         {"housekeeping", "mette"})

    def check_boards(self, house):
        alerts = house.http.to("/am/api/v2/alerts")
        self.assertEqual(len(alerts), 1, "several are told, one alert stands")
        alert, = json.loads(alerts[0].body)
        self.assertEqual(alert["labels"], {
            "alertname": "room-not-cleaned", "incident": "1", "property": "havnen", "place": "214",
            "team": "housekeeping", "severity": "2", "source": "havnen"})
        self.assertEqual(set(alert["annotations"]), {"summary", "description", "event", "state"})
        self.assertLess(alert["startsAt"], alert["endsAt"])
        page, = [json.loads(request.body) for request in house.http.to("/pd")]
        self.assertEqual(page["routing_key"], "R0UT1NG")
        self.assertEqual(page["event_action"], "trigger")
        self.assertLessEqual(len(page["dedup_key"]), 255)
        self.assertEqual(set(page["payload"]), {"summary", "source", "severity", "timestamp", "component", "group",
                                                "class", "custom_details"})
        self.assertEqual(page["payload"]["severity"], "warning")
        self.assertEqual(page["payload"]["class"], "room-not-cleaned")
        chat, = [json.loads(request.body) for request in house.http.to("/slack")]
        self.assertEqual(set(chat), {"text"})
        self.assertIn("214", chat["text"])
        self.assertIn("Severity 2, incident 1", chat["text"])
        card, = [json.loads(request.body) for request in house.http.to("/teams")]
        self.assertEqual(card["type"], "message")
        content = card["attachments"][0]["content"]
        self.assertEqual(card["attachments"][0]["contentType"], "application/vnd.microsoft.card.adaptive")
        self.assertEqual((content["type"], content["version"]), ("AdaptiveCard", "1.2"))
        self.assertIn("Alvor 2, sag 1", content["body"][1]["text"])

    def check_phones(self, house):
        sms, = house.http.to("/rest/mtsms")
        body = json.loads(sms.body)
        self.assertEqual(basic(sms), "t0ken:")
        self.assertEqual(body["recipients"], [{"msisdn": 4540404422}])
        self.assertEqual(body["sender"], "Havnen")
        self.assertEqual(body["userref"], sms.headers["Idempotency-Key"])
        self.assertLessEqual(len(body["userref"]), 64)
        self.assertIn("Alvor 2, sag 1", body["message"], "mette reads Danish")
        text, = house.http.to("/2010-04-01/Accounts/AC0123/Messages.json")
        self.assertEqual(basic(text), "AC0123:au7h")
        self.assertEqual(text.headers["Content-Type"], "application/x-www-form-urlencoded")
        form = urllib.parse.parse_qs(text.body.decode(), strict_parsing=True)
        self.assertEqual((form["From"], form["To"]), (["+4592450000"], ["+4540404424"]))
        self.assertIn("Severity 2, incident 1", form["Body"][0])
        elks, = house.http.to("/a1/sms")
        form = urllib.parse.parse_qs(elks.body.decode(), strict_parsing=True)
        self.assertEqual(basic(elks), "u123:p456")
        self.assertEqual((form["from"], form["to"], set(form)), (["Havnen"], ["+4540404425"], {"from", "to", "message"}))

    def check_mail(self, house):
        (sender, to, raw), = house.smtp.mails
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        self.assertEqual((sender, to), ("lyt@havnen.example", ["rengoering@havnen.example"]))
        self.assertEqual(mail["From"], "Hotel Havnen <lyt@havnen.example>")
        self.assertEqual(mail["Auto-Submitted"], "auto-generated")
        self.assertIn("@havnen.example>", mail["Message-ID"])
        self.assertIn("214", mail["Subject"])
        self.assertIn("(incident 1)", mail["Subject"])
        self.assertIn("Severity 2, incident 1", mail.get_content())
        self.assertTrue(all(len(line) <= 998 for line in raw.split(b"\r\n")))

    def test_what_only_some_may_see_goes_out_without_its_words(self):
        """IN-09: an internal way with words of its own has neither what, nor where, nor what was said."""
        words = "{scenario}/{place}/{evidence}/{message}/{incident}"
        more = ["internal: true", "texts: [%s]" % ", ".join(
            '{event: alarm, language: %s, text: "%s"}' % (language, words) for language in ("da", "en"))]
        with House(hook("hooks", *more) + "sensitive: {scenarios: [theft], roles: [manager]}\n",
                   secrets={"key": SECRET}) as house:
            house.say(1, "402", "My wallet was stolen from my room, somebody took all our money")
            house.say(2, "214")
            wait_for(lambda: len(house.http.to("/hooks")) >= 2 and house.all_sent(2), "both to be sent")
            bodies = [request.body.decode() for request in house.http.to("/hooks")]
            shown = "".join(lyt("outbox", "show", str(row["row"]), "--state", house.service.state).out
                            for row in house.rows() if row["incident"] == 1)
            self.assertTrue(any("room-not-cleaned" in body and "not cleaned" in body for body in bodies), bodies)
            self.assertTrue(any('"restricted' in body for body in bodies), bodies)
            self.assertTrue(shown)
            # a time of day and a publisher's name are all digits, of which some three may be 402
            told = re.sub(r'"(at|timestamp|publisher)": *"[^"]*"', "", "".join(bodies) + shown).lower()
            for secret in ("theft", "tyveri", "402", "wallet", "stolen"):
                self.assertNotIn(secret, told)

    def test_a_drill_says_so_first(self):
        """IN-15: whatever words a way has, they begin with that."""
        more = 'texts: [{event: alarm, language: da, text: "{place}"}, {event: alarm, language: en, text: "{place}"}]'
        with House(hook("hooks", more), secrets={"key": SECRET}) as house:
            lyt("drill", "--text", "The room was not cleaned", "--place", "214", "--by", "mette",
                "--state", house.service.state, check=0)
            wait_for(lambda: house.http.to("/hooks"), "the drill to go out")
            body = json.loads(house.http.to("/hooks")[0].body)
            self.assertIn(body["text"], ("ØVELSE: 214", "DRILL: 214"))
            self.assertTrue(body["data"]["drill"])

    def test_a_receiver_that_fails_is_tried_again_with_the_same_key(self):
        names = ["broken", "reset", "slow", "busy", "moved"]
        ways = "".join(hook(name, "timeout_s: 1") for name in names)
        with House(ways, secrets=SECRETS) as house:
            house.http.plan = {"/broken": [500], "/reset": ["reset"], "/slow": ["hang"],
                               "/busy": [(429, {"Retry-After": "8"})],
                               "/moved": [(302, {"Location": house.http.url + "/elsewhere"})]}
            house.say(1, "214")
            wait_for(lambda: house.all_sent(10), "all to get through")
            for name in names:
                first = house.http.to("/" + name)[0]
                again = [r for r in house.http.to("/" + name)[1:]
                         if r.headers["webhook-id"] == first.headers["webhook-id"]]
                self.assertEqual(len(again), 1, name)
                self.assertEqual(again[0].body, first.body)
                self.assertTrue(is_signed(again[0], SECRET, time.time()))
                self.assertGreaterEqual(again[0].at - first.at, 7.9 if name == "busy" else 4.9, name)
            self.assertEqual(house.http.to("/elsewhere"), [], "no redirect is followed")
            busy = house.http.to("/busy")
            self.assertGreaterEqual(min(r.at for r in busy[2:]) - busy[0].at, 7.9, "the whole way slows down")
            self.assertEqual(house.events("health."), [])
            self.assertEqual(house.service.status()["queue"]["unsent"], 5)

    def test_of_one_incident_nothing_overtakes(self):
        with House(hook("hooks"), secrets=SECRETS) as house:
            house.http.plan = {"/hooks": [500, 500]}
            house.say(1, "214")
            wait_for(lambda: len(house.http.to("/hooks")) >= 1, "the first attempt")
            house.act("ack", "1")
            house.say(2, "305")
            wait_for(lambda: house.all_sent(6), "all to get through")
            seen = []
            for request in house.http.to("/hooks"):
                data = json.loads(request.body)["data"]
                if data["incident"] == 1 and (data["notice"], data["who"]) not in seen:
                    seen.append((data["notice"], data["who"]))
            self.assertEqual([notice for notice, _ in seen], ["alarm", "alarm", "acknowledged", "acknowledged"])
            other = [r.at for r in house.http.to("/hooks") if json.loads(r.body)["data"]["incident"] == 2]
            last = [r.at for r in house.http.to("/hooks") if json.loads(r.body)["data"]["incident"] == 1][-1]
            self.assertLess(min(other), last, "another incident does not wait for it")

    def test_what_is_dead_is_told_once_and_the_next_channel_is_tried(self):
        ways = PHONES + hook("ops", "events: [health]")
        with House(ways, mette="sms, mail", secrets=SECRETS) as house:
            house.http.plan = {"/rest/mtsms": [422, 422]}
            house.say(1, "214")
            wait_for(lambda: [m for m in house.smtp.mails if m[1] == ["mette@havnen.example"]], "a mail instead")
            house.say(2, "305")
            wait_for(lambda: len([m for m in house.smtp.mails if m[1] == ["mette@havnen.example"]]) == 2, "and again")
            wait_for(lambda: len(house.http.to("/ops")) == 1, "the operator to be told")
            body = json.loads(house.http.to("/ops")[0].body)
            self.assertEqual((body["type"], body["data"]["what"]), ("health", "way-dead"))
            self.assertIn("sms: answered 422", body["data"]["note"])
            self.assertEqual(len(house.events("health.way-dead")), 1, "once, though two are dead")
            ways = {way["way"]: way for way in house.outbox("list")["ways"]}
            self.assertEqual((ways["sms"]["state"], ways["sms"]["dead"]), ("failing", 2))
            self.assertEqual(house.outbox("retry", "--way", "sms")["rows"], 2)
            wait_for(lambda: house.all_sent(8), "all to get through")
            self.assertEqual(house.outbox("list")["ways"][-1]["state"], "ok")
            self.assertEqual(len({r.headers["Idempotency-Key"] for r in house.http.to("/rest/mtsms")}), 2)

    def test_an_alertmanager_is_told_again_of_what_is_open(self):
        way = "  - {id: alerts, kind: alertmanager, url: HTTP/am, allow_private: true, repeat_s: 1}\n"
        with House(way) as house:
            def alerts():
                return [json.loads(r.body)[0] for r in house.http.to("/am/api/v2/alerts")]

            house.say(1, "214")
            wait_for(lambda: len(alerts()) >= 3, "the alert to be repeated")
            house.service.kill()
            house.service.start()
            before = len(alerts())
            wait_for(lambda: len(alerts()) >= before + 2, "and again after a restart")
            self.assertEqual(len({json.dumps(alert["labels"]) for alert in alerts()}), 1)
            ends = [alert["endsAt"] for alert in alerts()]
            self.assertEqual(ends, sorted(set(ends)), "each puts off its end")
            self.assertEqual(len(house.rows()), 1, "none of them is a row of the outbox")
            house.act("void", "1", "--note", "a trial")
            wait_for(lambda: alerts()[-1]["annotations"]["event"] == "closed", "the end")
            n = len(alerts())
            wait_for(lambda: len(alerts()) >= n + 2, "the end to be repeated, too")
            self.assertEqual(len({alert["endsAt"] for alert in alerts()[n - 1:]}), 1)

    @unittest.skipUnless(shutil.which("prometheus-alertmanager"), "needs prometheus-alertmanager (as .ci/run has it)")
    def test_a_real_alertmanager_shows_what_is_open_until_it_is_over(self):
        real = Alertmanager()
        try:
            wait_for(real.is_up, "the Alertmanager")
            way = "  - {id: alerts, kind: alertmanager, url: %s/, allow_private: true, repeat_s: 1}\n" % real.url
            with House(way) as house:
                house.say(1, "214")
                house.say(2, "305")
                wait_for(lambda: len(real.alerts()) == 2, "both alerts")
                alert, = real.alerts('place="214"', 'alertname="room-not-cleaned"')
                self.assertEqual(alert["status"]["state"], "active")
                self.assertEqual(alert["labels"]["team"], "housekeeping")
                self.assertIn("214", alert["annotations"]["summary"])
                self.assertEqual(alert["startsAt"], real.alerts('place="214"')[0]["startsAt"])
                # past the time at which it would have ended had it not been told again
                wait_for(lambda: real.alerts('place="214"')[0]["endsAt"] > alert["endsAt"], "the end to be put off")
                house.act("void", "1", "--note", "a trial")
                wait_for(lambda: [a["labels"]["place"] for a in real.alerts()] == ["305"], "the one to be over")
        finally:
            real.close()

    def test_a_receiver_that_is_gone_is_left_alone_until_somebody_says_so(self):
        with House(hook("hooks"), secrets=SECRETS) as house:
            house.http.plan = {"/hooks": [410]}
            house.say(1, "214")
            wait_for(lambda: house.rows("--which", "dead"), "the answer")
            house.say(2, "305")
            wait_for(lambda: len(house.rows()) == 4, "more to come")
            self.assertEqual(house.outbox("list")["ways"][0]["state"], "stopped")
            asked = len(house.http.to("/hooks"))
            self.assertLessEqual(asked, 2, "what was under way already")
            dead = house.rows("--which", "dead")[0]
            self.assertIn("410", dead["reason"])
            house.outbox("drop", str(dead["row"]))
            house.outbox("retry", "--way", "hooks")
            wait_for(lambda: {row["state"] for row in house.rows()} == {"sent", "dropped"}, "the others")
            refused = lyt("outbox", "drop", str(house.rows("--which", "sent")[0]["row"]), "--state", house.service.state)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("cannot be called back", refused.err)

    def test_a_killed_service_loses_nothing_and_sends_with_the_same_key(self):
        with House(hook("hooks", "timeout_s: 30") + PHONES, mette="mail", secrets=SECRETS) as house:
            n = 12
            for round_number in range(3):
                before = len(house.http.to("/hooks"))
                house.http.plan = {"/hooks": [200] * 2 + ["hang"] * 100}
                for i in range(n):
                    number = round_number * n + i
                    house.say(number, str(100 + number))
                wait_for(lambda: len(house.http.to("/hooks")) >= before + 6, "some to be under way")
                house.service.kill()
                house.http.plan = {}
                house.service.start()
            wait_for(lambda: house.all_sent(6 * 3 * n), "all to get through")
            rows = house.rows()
            keys = {}
            for request in house.http.to("/hooks"):
                key = request.headers["webhook-id"]
                keys.setdefault(key, []).append(json.loads(request.body)["data"]["seq"])
            hooked = [row for row in rows if row["way"] == "hooks"]
            self.assertEqual(len(hooked), 2 * 3 * n, "a row for each cause")
            self.assertEqual(sorted({seqs[0] for seqs in keys.values()}), sorted(row["seq"] for row in hooked))
            for key, seqs in keys.items():
                self.assertEqual(len(set(seqs)), 1, "a key means one thing")
                self.assertLessEqual(len(seqs), 4, key)
            twice = [key for key, seqs in keys.items() if len(seqs) > 1]
            self.assertTrue(twice, "some were under way when it was killed")
            mails = [email.message_from_bytes(m[2], policy=email.policy.default)["Message-ID"] for m in house.smtp.mails]
            self.assertEqual(len(set(mails)), len([row for row in rows if row["way"] == "mail"]))

    def test_addresses_within_the_house_are_refused_unless_they_are_meant(self):
        ways = hook("inside") + hook("outside").replace("http:", "https:").replace("allow_private: true", "timeout_s: 2")
        ways = ways.replace("url: HTTP/outside", "url: HTTPS/outside")
        with House("", secrets=SECRETS) as house:
            house.service.stop()
            secure = house.http.url.replace("http://127.0.0.1", "https://localhost")
            house.write(ways.replace("HTTPS", secure))
            house.service.start()
            house.say(1, "214")
            wait_for(lambda: len(house.http.to("/inside")) == 2, "the one that is meant")
            wait_for(lambda: len(house.rows("--which", "failed")) >= 1, "the other to be refused")
            row = house.rows("--which", "failed")[0]
            self.assertEqual(row["way"], "outside")
            self.assertIn("private address", row["reason"])
            self.assertEqual(house.http.to("/outside"), [])

    def test_the_operator_hears_of_a_dead_worker(self):
        with House(hook("ops", "events: [health]") + hook("hooks"), secrets=SECRETS) as house:
            worker = subprocess.Popen([LYT, "worker", "-p", "hotel", "--no-spelling", "--connect",
                                       house.service.status()["endpoints"]["work"]], stderr=subprocess.DEVNULL)
            wait_for(lambda: house.service.status()["workers"] > 2, "the other worker")
            worker.kill()
            worker.wait()
            wait_for(lambda: house.http.to("/ops"), "the operator to hear of it")
            body = json.loads(house.http.to("/ops")[0].body)
            self.assertEqual((body["type"], body["data"]["what"]), ("health", "worker-lost"))
            self.assertIn("Lyt at havnen: worker-lost", body["text"])
            self.assertEqual(house.http.to("/hooks"), [], "it is nobody else's")

    def test_a_mail_server_that_says_later_is_asked_later_and_no_means_no(self):
        with House(PHONES, mette="mail", secrets=SECRETS) as house:
            house.smtp.plan = ["450 4.2.1 the mailbox is busy", "550 5.1.1 nobody here of that name"]
            house.say(1, "214")
            wait_for(lambda: sorted(row["state"] for row in house.rows() if row["way"] == "mail") == ["dead", "sent"],
                     "the one later and the other never")
            self.assertEqual(len(house.smtp.mails), 1)
            dead, = house.rows("--which", "dead")
            self.assertEqual((dead["attempts"], dead["reason"].split(":")[0]), (1, "answered 550"))
            sent, = [row for row in house.rows("--which", "sent") if row["way"] == "mail"]
            self.assertEqual(sent["attempts"], 2)
            self.assertEqual(len(house.events("health.way-dead")), 1)

    def test_certificates_count_and_a_login_stays_within_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            pem = make_certificate(folder)
            secure, smtp = Http(pem), Smtp(pem, ("lyt", "p4ss"))
            mail = ("  - {id: mail, kind: mail, url: %s, secret: login, from: lyt@havnen.example, allow_private: true,"
                    " ca: %s, to: [{who: mette, address: mette@havnen.example}]}\n" % (smtp.url, pem + ".crt"))
            clear = ("  - {id: clear, kind: mail, url: SMTP, secret: login, from: lyt@havnen.example, allow_private: true,"
                     " to: [{who: housekeeping, address: h@havnen.example}]}\n")
            known = hook("known", "ca: " + pem + ".crt").replace("HTTP", secure.url)
            stranger = hook("stranger").replace("HTTP", secure.url)
            try:
                with House(known + stranger + mail + clear, mette="mail", secrets=dict(SECRETS, login="lyt:p4ss")) as house:
                    house.say(1, "214")
                    wait_for(lambda: len(secure.to("/known")) == 2, "the one whose certificate is known")
                    wait_for(lambda: smtp.mails, "the mail")
                    wait_for(lambda: len(house.rows("--which", "failed")) == 2, "the others to be refused")
                    failed = {row["way"]: row["reason"] for row in house.rows("--which", "failed")}
                    self.assertEqual(set(failed), {"stranger", "clear"})
                    self.assertIn("certificate", failed["stranger"])
                    self.assertEqual(house.smtp.mails, [], "a login goes over TLS or not at all")
                    self.assertEqual(secure.to("/stranger"), [])
                    house.secret("login", "lyt:wrong")
                    house.say(2, "305")
                    wait_for(lambda: [row for row in house.rows("--which", "failed") if row["way"] == "mail"], "the refusal")
                    house.secret("login", "lyt:p4ss")
                    house.outbox("retry", "--way", "mail")
                    wait_for(lambda: len(smtp.mails) == 2, "the mail with the new secret, without a restart")
            finally:
                secure.close()
                smtp.close()

    def test_a_way_that_the_settings_lose_is_dead_and_says_so(self):
        with House(hook("hooks") + hook("ops", "events: [health]"), secrets=SECRETS) as house:
            house.http.plan = {"/hooks": [500] * 9}
            house.say(1, "214")
            wait_for(lambda: house.rows("--which", "failed"), "the first attempt")
            house.service.stop()
            house.write(hook("ops", "events: [health]"))
            house.service.start()
            wait_for(lambda: len(house.rows("--which", "dead")) == 2, "both to be dead")
            wait_for(lambda: house.http.to("/ops"), "the operator to hear of it")
            self.assertIn("no such way", json.loads(house.http.to("/ops")[0].body)["data"]["note"])

    def test_bad_secrets_and_settings_are_found_before_anything_is_sent(self):
        house = House(hook("hooks"), secrets=SECRETS)
        try:
            house.secret("key", SECRET, 0o644)
            for command in (("serve", "-p", "hotel", "--desk", house.desk, "--state", house.folder + "/state",
                             "--free-ports", "--no-spelling"), ("outbox", "check", "-s", house.desk)):
                done = lyt(*command)
                self.assertEqual(done.returncode, 1, done.out)
                self.assertIn("chmod 600", done.err + done.out)
            house.secret("key", "whsec_short")
            self.assertIn("whsec_", lyt("outbox", "check", "-s", house.desk, check=1).out)
            house.secret("key", SECRET)
            self.assertIn("ok", lyt("outbox", "check", "-s", house.desk, check=0).out)
            house.write(hook("hooks", "texts: [{event: alarm, language: da, text: \"{plads}\"}]"))
            wrong = lyt("outbox", "check", "-s", house.desk, check=1)
            self.assertIn("{plads}", wrong.err)
            self.assertIn("did you mean {place}", wrong.err)
        finally:
            house.http.close()
            house.smtp.close()

    def test_a_dry_run_shows_the_words_and_no_secret(self):
        own = "texts: [{event: alarm, language: da, text: \"Hov! {scenario}[ i {place}][ ({note})]\"}], language: da"
        house = House(hook("hooks", own) + PHONES, secrets=SECRETS)
        try:
            shown = lyt("outbox", "try", "hooks", "alarm", "-s", house.desk, "--place", "7", check=0).out
            self.assertIn("Hov! Værelset er ikke gjort rent i 7\"", shown)
            self.assertIn("webhook-signature: v1,SIGNED-WHEN-SENT", shown)
            for secret in SECRETS.values():
                self.assertNotIn(secret, shown)
            told = json.loads(lyt("outbox", "try", "sms", "acknowledged", "-s", house.desk, "--json", "--language", "en",
                                  check=0).out)
            self.assertEqual(told["text"], "Incident 12 has been taken by mette: Room not cleaned – 214.")
            self.assertIn("has been taken", json.loads(told["body"])["message"])
            self.assertEqual(lyt("outbox", "try", "sms", "alrm", "-s", house.desk).returncode, 2)
            self.assertEqual(house.http.requests, [])
        finally:
            house.http.close()
            house.smtp.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
