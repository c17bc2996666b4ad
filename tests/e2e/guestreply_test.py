"""What guests are told: a reply in their language, STOP for good, the follow-up that reopens, one answer to all of
a common cause, and the note back to the house's own system. Gateways are real HTTP servers that check the form."""

import base64
import hashlib
import hmac
import json
import os
import sqlite3
import tempfile
import time
import unittest
import urllib.parse

from lyt_http import Web
from lyt_service import ROOT, Service, lyt, main, wait_for
from receivers import Http, is_signed

TOKEN = "12345"
GUEST, OTHER, OURS = "+4540404422", "+4550505533", "+4592450000"
COLD_DA = "Der er intet varmt vand på værelse 214"
COLD_EN = "There is no hot water in room 214"
DIRTY_DA = "Værelse 118 er ikke gjort rent"
WARM_DA = "Der er alt for varmt på værelse 120"
SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
WAYS = {
    "twilio": '{id: guests, kind: twilio, url: HTTP, secret: twilio-out, from: "+4592450000", guests: true, '
              "allow_private: true}",
    "gatewayapi": "{id: guests, kind: gatewayapi, url: HTTP/rest/mtsms, secret: token, from: Havnen, guests: true, "
                  "allow_private: true}",
    "46elks": "{id: guests, kind: 46elks, url: HTTP/a1/sms, secret: elks, from: Havnen, guests: true, "
              "allow_private: true}",
}

HOUSE = """
desk: havnen
pack: hotel
zone: Europe/Copenhagen
manager: signe
people:
  - {id: mette, name: Mette Holm, role: contact, language: da, channels: [bus]}
  - {id: signe, name: Signe Vang, role: manager, language: en, channels: [bus]}
teams: [{id: housekeeping}, {id: maintenance}, {id: reception}, {id: bar}, {id: duty-manager}, {id: it},
        {id: food-and-beverage}, {id: security}]
routes: [{id: all, to: [team, mette]}]
grouping: {guest_window_min: 1440, reopen_min: 10, parent_places: %(places)d, parent_min: 30}
messages: {contact: ["7", "8", "9", "112"], sms_parts: 3, automatic: [%(automatic)s]}
%(replies)s
ways:
  - %(way)s
%(more)s
"""

CHANNELS = """public_url: https://feedback.example.dk
pseudonyms: pseudonyms
country: 45
numbers:
  - {number: "+4592450000", property: havnen, lang: da}
opt_out: {again: {da: [tilmeld, start]}}
gateways:
  - {name: twilio, kind: twilio, path: /in/twilio, secret: twilio}
"""


class House:
    """A service that guests can text to, and the gateway that it answers by."""

    def __init__(self, kind="twilio", automatic="no-hot-water, room-not-cleaned, room-too-warm", replies="replies: {house: Hotel Havnen, language: da}",
                 more="", places=1000):
        self.http, self.kind, self.n = Http(), kind, 0
        self.folder = tempfile.mkdtemp(prefix="lyt-guests-")
        for name, text in (("twilio", TOKEN), ("pseudonyms", "ab" * 32), ("twilio-out", "AC0123:au7h"),
                           ("token", "t0ken"), ("elks", "u123:p456"), ("hooks", SECRET)):
            self.write(name, text + "\n")
        self.write("channels.yaml", CHANNELS)
        self.write("tags", "link " + bytes(range(32)).hex() + "\n")
        way = WAYS[kind].replace("HTTP", self.http.url)
        self.write("desk.yaml", HOUSE % {"automatic": automatic, "replies": replies, "way": way, "places": places,
                                         "more": more.replace("HTTP", self.http.url)})
        self.service = Service("hotel", "--desk", self.path("desk.yaml"), "--channels", self.path("channels.yaml"),
                               "--no-spelling")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(os.open(self.path(name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)

    def __enter__(self):
        self.service.__enter__()
        return self

    def __exit__(self, *args):
        try:
            self.service.__exit__(*args)
        finally:
            self.http.close()

    def text(self, words, sender=GUEST, sid=None, **more):
        """As Twilio calls for an SMS that a guest sent."""
        self.n += 1
        fields = {"AccountSid": "AC" + "0" * 32, "Body": words, "From": sender, "NumMedia": "0", "NumSegments": "1",
                  "MessageSid": sid or "SM%032d" % self.n, "To": OURS}
        fields.update(more)
        if words is None:
            del fields["Body"]
        signed = "https://feedback.example.dk/in/twilio" + "".join(key + fields[key] for key in sorted(fields))
        sum_ = base64.b64encode(hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()).decode()
        answer = Web(self.service).ask("POST", "/in/twilio", urllib.parse.urlencode(fields),
                                       {"X-Twilio-Signature": sum_}, type="application/x-www-form-urlencoded")
        assert (answer.status, answer.text) == (200, "<Response/>"), answer.text
        wait_for(self.service.all_classified, "the verdict")

    def sent(self):
        """(number, words) of every SMS the gateway took; each is held against its documentation."""
        others = ("hooks", "connector")
        return [self.check(request) for request in list(self.http.requests) if not any(o in request.path for o in others)]

    def check(self, request):
        key = request.headers["Idempotency-Key"]
        assert key.startswith("lyt-"), key
        login = base64.b64decode(request.headers["Authorization"].split(" ")[1]).decode()
        if self.kind == "gatewayapi":
            body = json.loads(request.body)
            assert request.path == "/rest/mtsms" and login == "t0ken:", request.path
            assert set(body) <= {"sender", "message", "encoding", "userref", "recipients"}, body
            assert body["sender"] == "Havnen" and body["userref"] == key, body
            return "+%d" % body["recipients"][0]["msisdn"], body["message"]
        form = urllib.parse.parse_qs(request.body.decode(), strict_parsing=True)
        assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
        if self.kind == "46elks":
            assert request.path == "/a1/sms" and login == "u123:p456" and set(form) == {"from", "to", "message"}, form
            return form["to"][0], form["message"][0]
        assert request.path == "/2010-04-01/Accounts/AC0123/Messages.json" and login == "AC0123:au7h", request.path
        assert set(form) == {"From", "To", "Body"} and form["From"] == [OURS], form
        return form["To"][0], form["Body"][0]

    def wait_sent(self, n, what):
        wait_for(lambda: len(self.sent()) >= n, what + "; so far " + str(self.sent()))
        return self.sent()

    def act(self, *args, check=0):
        return lyt("incident", *args, "--state", self.service.state, "--by", "mette", check=check)

    def case(self, incident):
        got = lyt("incident", "choices", incident, "--json", "--state", self.service.state, "--by", "mette", check=0)
        return json.loads(got.out)["answer"]["case"]

    def replies(self, incident=1):
        return [(r["kind"], r["state"]) for r in self.case(incident)["replies"]]

    def remedy(self, incident):
        self.act("ack", incident)
        self.act("cause", incident, "--note", "kedlen")
        self.act("action", incident, "--note", "ny kedel")
        self.act("remedy", incident)

    def settle(self):
        """All that was to go out has gone: nothing waits in the outbox."""
        wait_for(lambda: not self.service.rows("SELECT 1 FROM outbox WHERE state < 2"), "the outbox to be empty")

    def quiet_after(self, n):
        """Another guest's message goes the whole way, and in the meantime no other has."""
        self.text(COLD_EN.replace("214", "3%02d" % (self.n % 90)), sender="+4560%06d" % self.n)
        self.wait_sent(n + 1, "the other guest's reply")
        self.settle()
        got = self.sent()
        return got[:n] + got[n + 1:]


class Replies(unittest.TestCase):
    def test_CH_16_a_guest_with_two_rooms_is_asked_which_and_never_guessed(self):
        """The number has two stays: the guest is asked, not the newest taken, and the answer is in the history."""
        with House() as house:
            house.text("Tak for sidst, hvor er her rart")
            (guest,), = house.service.rows("SELECT sender FROM feedback")

            def stays(id, place, arrives="2026-01-01T12:00:00Z"):
                told = Web(house.service).post("/api/v1/feedback", {
                    "type": "stay", "id": id, "guest": guest, "property": "havnen", "place": place,
                    "arrives": arrives, "departs": "2099-01-01T10:00:00Z"})
                self.assertEqual(told.status, 200, told.text)

            def notes():
                return [row["note"] for row in Web(house.service).get("/api/v1/incidents/1").json["history"]]

            stays("s1", "305")
            stays("s2", "306", "2026-02-01T12:00:00Z")
            house.text("Der er intet varmt vand i bruseren")
            (to, words), = house.wait_sent(1, "the question")
            self.assertEqual(to, GUEST)
            self.assertIn("Hvilket værelse gælder det?", words)
            self.assertIn("(sag 1)", words)
            self.assertNotRegex(words, "305|306", "what the guest may not be is not said")
            self.assertEqual(house.case(1)["place"], "")
            self.assertEqual(house.replies(), [("which-room", "sent"), ("reply", "draft")])
            self.assertTrue(any("305, 306" in note for note in notes()), notes())
            # what is none of the two is no answer; one of them is
            house.text("307")
            self.assertFalse(any(note.startswith("room:") for note in notes()), notes())
            house.text("Det er værelse 306")
            self.assertTrue(any(note.startswith("room: it is 306") for note in notes()), notes())
            # asked once an incident; a third room in the words is what counts
            house.text("Stadig intet varmt vand")
            house.text("Toilettet på værelse 333 er stoppet")
            self.assertEqual(len(house.quiet_after(1)), 1, house.sent())

    def test_CH_06_CH_15_IN_04_a_guest_is_answered_stops_and_stays_stopped(self):
        """Signed SMS in, reply out in Danish, follow-up, "nej" reopens; STOP, and nothing more, restarts or not."""
        with House() as house:
            house.text(COLD_DA)
            (to, words), = house.wait_sent(1, "the reply")
            self.assertEqual(to, GUEST)
            self.assertIn("beklager", words.lower())
            self.assertIn("(sag 1)", words)
            self.assertRegex(words, r"\b[789]\b", "a way to reach a person")
            house.settle()
            self.assertEqual(house.replies(), [("reply", "sent")])
            # once an incident, whatever more the guest writes about it
            house.text("Stadig intet varmt vand på værelse 214")
            house.remedy(1)
            house.act("ask", 1)
            to, words = house.wait_sent(2, "the follow-up")[1]
            self.assertEqual(to, GUEST)
            self.assertIn("Svar JA eller NEJ", words)
            house.text("nej")
            wait_for(lambda: house.case(1)["state"] == "reopened", "the answer to reopen it")
            to, words = house.wait_sent(3, "that this was heard")[2]
            self.assertEqual(to, GUEST)
            self.assertIn("Sag 1 er åben igen", words)
            house.act("cause", 1, "--note", "ventilen")
            house.act("action", 1, "--note", "ny ventil")
            house.act("ack", 1)
            house.act("remedy", 1)
            house.act("ask", 1)
            house.wait_sent(4, "asked anew")
            house.text("Ja tak")
            wait_for(lambda: house.case(1)["state"] == "closed", "the answer to close it")
            # what only begins like STOP is a message
            before = house.service.rows("SELECT count(*) FROM feedback")[0][0]
            house.text("STOP 12345")
            house.text("Stop larmen i baren")
            self.assertEqual(house.service.rows("SELECT count(*) FROM feedback")[0][0], before + 2)
            self.assertEqual(house.service.rows("SELECT count(*) FROM consent"), [(0,)])
            n = len(house.sent())
            house.text(" stop. ")
            to, words = house.wait_sent(n + 1, "the confirmation")[n]
            self.assertEqual(to, GUEST)
            self.assertIn("ikke flere beskeder fra Hotel Havnen", words)
            self.assertEqual(house.service.rows("SELECT count(*) FROM feedback")[0][0], before + 2, "it is no message")
            house.text("STOP")
            house.text(DIRTY_DA)
            self.assertEqual(len(house.quiet_after(n + 1)), n + 1, "confirmed once, and not a word more")
            house.service.stop()
            house.service.start()
            house.text(WARM_DA)
            self.assertEqual(len([s for s in house.quiet_after(n + 2) if s[0] == GUEST]), n + 1, "nor after a restart")
            house.service.kill()
            house.service.start()
            (number,), = house.service.rows("SELECT id FROM incident WHERE scenario = 'room-too-warm'")
            refused = house.act("reply", number, check=1)
            self.assertIn("this guest wants no messages, since 20", refused.err)
            house.text("START")
            got = wait_for(lambda: [s for s in house.sent() if s[0] == GUEST][n + 1:], "to hear that it is so")
            self.assertIn("igen beskeder", got[0][1])
            house.act("reply", number, "--say", "solved")
            wait_for(lambda: len([s for s in house.sent() if s[0] == GUEST]) == n + 3, "messages again")
            house.settle()
            self.check_events(house)
            self.check_nothing_leaks(house)

    def check_events(self, house):
        """All that was said on the bus is as docs/schema describes it."""
        for topic, text in house.service.rows("SELECT topic, json FROM event"):
            event = json.loads(text)
            with open(os.path.join(ROOT, "docs", "schema", event["type"] + ".json"), encoding="utf-8") as file:
                schema = json.load(file)
            self.assertLessEqual(set(schema["required"]), set(event), topic)
            self.assertLessEqual(set(event), set(schema["properties"]), topic)
            for name, rule in schema["properties"].items():
                self.assertIn(event.get(name, rule.get("enum", [None])[0]), rule.get("enum", [event.get(name)]), topic)

    def check_nothing_leaks(self, house):
        """The number is in no event, log or row; in the database it is sealed."""
        self.assertNotIn("40404422", house.service.read_log())
        house.service.stop()
        for folder, _, names in os.walk(house.service.state):
            for name in names:
                with open(os.path.join(folder, name), "rb") as file:
                    self.assertNotIn(b"40404422", file.read(), name)
        house.service.start()

    def test_CH_06_CH_20_a_guest_of_the_houses_own_modem_is_answered_and_stops(self):
        """STOP over gammu-smsd is what it is over any other gateway: kept, confirmed once, and nothing after it."""
        with House() as house:
            def modem(words, id, *more, code=0):
                env = {"SMS_MESSAGES": "1", "SMS_1_CLASS": "-1", "SMS_1_NUMBER": GUEST, "SMS_1_TEXT": words,
                       "DECODED_PARTS": "0", "PHONE_ID": "modem"}
                got = lyt("gammu", "--channels", house.path("channels.yaml"), "--number", OURS, "--state",
                          house.service.state, *more, id, env=env, check=code)
                wait_for(house.service.all_classified, "the verdict")
                return got

            modem(COLD_DA, "IN1")
            (to, words), = house.wait_sent(1, "the reply")
            self.assertEqual((to, "(sag 1)" in words), (GUEST, True), words)
            modem("Stop larmen i baren", "IN2")
            modem("STOP 12345", "IN3")
            self.assertEqual(house.service.rows("SELECT count(*) FROM consent"), [(0,)])
            n = len(house.sent())
            modem(" Afmeld. ", "IN4")
            to, words = house.wait_sent(n + 1, "the confirmation")[n]
            self.assertEqual((to, "ikke flere beskeder fra Hotel Havnen" in words), (GUEST, True), words)
            modem(" Afmeld. ", "IN4")
            modem("stop", "IN5")
            modem(WARM_DA, "IN6")
            self.assertEqual(len(house.quiet_after(n + 1)), n + 1, "confirmed once, and not a word more")
            self.assertEqual(house.service.rows("SELECT count(*) FROM feedback WHERE text LIKE '%stop%' OR text LIKE '%fmeld%'"),
                             [(2,)], "the two that only begin like it")
            self.assertIn('"type":"guest.stop"', modem("STOP", "IN7", "--dry-run").out)
            self.assertNotIn("40404422", modem(COLD_DA, "IN8", "--dry-run").out)
            self.assertIn("nowhere", modem(COLD_DA, "IN9", "--contacts", "/nowhere", code=1).err)
            # whoever runs the modem may not read the key: the guest is heard, and cannot be answered
            key = os.path.join(house.service.state, "contacts.key")
            os.rename(key, key + ".away")
            self.assertNotIn("sealed", modem(COLD_DA, "IN10", "--dry-run").out)
            os.rename(key + ".away", key)
            modem("START", "IN11")
            self.assertEqual(house.service.rows("SELECT what FROM consent ORDER BY id"), [("stop",), ("start",)])

    def test_one_message_about_two_things_is_answered_once(self):
        with House(automatic="no-hot-water, room-too-cold") as house:
            house.text("Der er intet varmt vand på værelse 214, og vi fryser")
            house.wait_sent(1, "the reply")
            self.assertEqual(house.service.rows("SELECT count(*) FROM incident"), [(2,)])
            house.settle()
            self.assertEqual(len(house.sent()), 1)
            self.assertEqual(house.replies(1) + house.replies(2), [("reply", "sent"), ("reply", "draft")])
            self.assertIn("answered about something else", house.case(2)["replies"][0]["why"])

    def test_every_gateway_takes_it(self):
        for kind in ("gatewayapi", "46elks"):
            with House(kind) as house:
                house.text(COLD_EN)
                (to, words), = house.wait_sent(1, kind)
                self.assertEqual(to, GUEST)
                self.assertIn("(case 1)", words)
                self.assertIn("sorry", words.lower(), "in the guest's language, whatever the number's")
                house.text("stop")
                self.assertIn("no more messages", house.wait_sent(2, "the confirmation")[1][1]
                              .replace("ikke flere beskeder", "no more messages"))

    def test_RE_08_what_a_person_decides_is_a_draft_until_somebody_sends_it(self):
        with House(automatic="lift-broken") as house:
            house.text(COLD_DA)
            self.assertEqual(house.replies(), [("reply", "draft")])
            draft = house.case(1)["replies"][0]
            self.assertIn("(sag 1)", draft["text"])
            self.assertIn("a person decides", draft["why"])
            # within a second of the alarm: in the transaction of the alarm itself
            alarm, = house.service.rows("SELECT at_us FROM event WHERE topic LIKE 'alarm.%'")
            made, = house.service.rows("SELECT at_us FROM reply")
            self.assertLess(made[0] - alarm[0], 1000000)
            self.assertEqual(house.sent(), [])
            house.act("reply", 1)
            self.assertEqual(house.wait_sent(1, "the draft to go"), [(GUEST, draft["text"])])
            wait_for(lambda: house.replies() == [("reply", "sent")], "the draft to be gone")
            clocks = house.service.rows("SELECT 1 FROM history WHERE what = 'contacted' AND by_whom = 'mette'")
            self.assertEqual(clocks, [(1,)], "a person has spoken to the guest")
            house.act("reply", 1, "--note", "Vi kommer kl. 14. Ring 9. Mette")
            self.assertEqual(house.wait_sent(2, "own words")[1], (GUEST, "Vi kommer kl. 14. Ring 9. Mette"))
            refused = house.act("reply", 1, "--say", "nothing-like-it", check=1)
            self.assertIn("nothing is sent: the message is not there in the guest's language", refused.err)
            refused = house.act("reply", 1, "--note", "a" * 480, check=1)
            self.assertIn("at most 3 may go; shorten it", refused.err)
            self.assertEqual(house.act("reply", 99, check=1).err.count("there is no incident 99"), 1)
            self.assertEqual(len(house.sent()), 2)

    def test_AL_06_the_parents_remedy_answers_its_children_once(self):
        with House(places=3) as house:
            guests = ["+45401000%02d" % i for i in range(4)]
            for i, guest in enumerate(guests):
                house.text(COLD_DA.replace("214", "21%d" % i), sender=guest)
            (parent,), = house.service.rows("SELECT id FROM incident WHERE place = ''")
            replies = house.wait_sent(4, "every guest's own reply, parent or not")
            self.assertEqual(sorted(to for to, _ in replies), guests)
            house.text("stop", sender=guests[0])
            house.wait_sent(5, "the confirmation")
            house.settle()
            n = len(house.sent())
            house.remedy(parent)
            got = house.wait_sent(n + 3, "those who wait to hear of it")
            house.act("confirm", parent)
            house.act("close", parent)
            house.settle()
            got = house.sent()[n:]
            self.assertEqual(sorted(to for to, _ in got), guests[1:], got)
            self.assertTrue(all("varme vand" in words or "varmt vand" in words for _, words in got), got)

    def test_a_follow_up_goes_by_itself_where_the_house_wants_it(self):
        with House(replies="replies: {house: Hotel Havnen, language: da, ask_after_min: 0}") as house:
            house.text(COLD_DA)
            house.wait_sent(1, "the reply")
            house.remedy(1)
            self.assertIn("Svar JA eller NEJ", house.wait_sent(2, "the follow-up")[1][1])
            house.text("3")
            wait_for(lambda: house.case(1)["state"] == "reopened", "3 of 10 to reopen it")
            house.settle()
            self.assertEqual(len(house.sent()), 3)
            self.assertIn("Sag 1 er åben igen", house.sent()[2][1])

    def test_s4_10_a_guest_is_asked_whether_the_house_is_recommended(self):
        """With `ask: recommend` the number that comes back is the guest's answer, and confirms it."""
        with House(replies="replies: {house: Hotel Havnen, language: da, ask_after_min: 0, ask: recommend}") as house:
            house.text(COLD_DA)
            house.wait_sent(1, "the reply")
            house.remedy(1)
            asked = house.wait_sent(2, "the follow-up")[1][1]
            self.assertIn("Vil du anbefale os til andre? Svar med et tal fra 0", asked)
            self.assertNotIn("JA eller NEJ", asked)
            house.text("9")
            wait_for(lambda: house.case(1)["state"] == "closed", "9 of 10 to confirm and close it")
            house.settle()
            answers = [json.loads(row[0]) for row in house.service.rows(
                "SELECT json FROM fact WHERE json LIKE '%\"answered\"%'")]
            self.assertEqual([(answer["number"], answer["by"]) for answer in answers], [(9, "guest")], answers)
            report = lyt("report", "recovery", "--json", "--state", house.service.state, check=0).out
            figures = json.loads(report)["incidents"]
            self.assertEqual((figures["confirmed"], figures["unconfirmed"]), (1, 0), figures)

    def test_a_follow_up_that_waits_is_overtaken(self):
        with House(replies="replies: {house: Hotel Havnen, language: da, ask_after_min: 600}") as house:
            house.text(COLD_DA)
            house.wait_sent(1, "the reply")
            house.remedy(1)
            self.assertEqual(house.replies(), [("reply", "sent"), ("follow-up", "queued")])
            house.act("reopen", 1, "--note", "stadig koldt")
            self.assertEqual(house.replies(), [("reply", "sent"), ("follow-up", "dropped")])
            house.settle()
            self.assertEqual(len(house.sent()), 1)

    def test_CH_06_what_the_carrier_says_counts_as_stop(self):
        """Twilio hears STOP before us: it says so by OptOutType, by an error on the next send, or in a report."""
        with House() as house:
            house.text("STOP", OptOutType="STOP")
            self.assertEqual(house.service.rows("SELECT what, how FROM consent"), [("stop", "sms")])
            self.assertEqual(len(house.quiet_after(0)), 0, "the gateway has confirmed it; we do not as well")
            path = "/2010-04-01/Accounts/AC0123/Messages.json"
            house.http.bodies = {path: '{"code": 21610, "message": "Attempt to send to unsubscribed %s"}' % OTHER}
            house.http.plan = {path: [400]}
            house.text(COLD_DA, sender=OTHER)
            wait_for(lambda: house.service.rows("SELECT 1 FROM consent WHERE how = 'carrier'"), "the error to be heard")
            house.http.bodies = {}
            shown = lyt("outbox", "list", "--all", "--json", "--state", house.service.state, check=0).out
            self.assertIn("the carrier says that this guest wants no messages", shown)
            self.assertNotIn(OTHER[3:], shown + str(house.service.rows("SELECT json FROM event")))
            self.assertEqual(house.service.rows("SELECT 1 FROM event WHERE topic LIKE 'health.%'"), [],
                             "the way itself is well")
            house.text(None, sender=OURS, sid="SM" + "9" * 32, To="+4560606060", MessageStatus="undelivered",
                       ErrorCode="21610")
            self.assertEqual(house.service.rows("SELECT count(*) FROM consent WHERE what = 'stop'"), [(3,)])

    def test_PR_09_the_ledger_shows_who_wanted_what_and_on_which_ground_each_message_went(self):
        def ledger(house, *args):
            got = lyt("guest", "ledger", *args, "--json", "--state", house.service.state, check=0).out
            return [json.loads(line) for line in got.splitlines()]

        with House() as house:
            house.text(COLD_DA)
            house.wait_sent(1, "the reply")
            house.text(DIRTY_DA, sender=OTHER)
            house.wait_sent(2, "the reply")
            house.text("STOP")
            house.wait_sent(3, "the confirmation")
            house.act("reply", 1, "--note", "Et gavekort til dig. Ring 9.", check=1)
            house.settle()
            (guest,), = house.service.rows("SELECT sender FROM feedback WHERE id = 1")
            rows = ledger(house, guest)
            self.assertEqual([(row["what"], row.get("how"), row.get("kind"), row.get("ground")) for row in rows],
                             [("message", None, "reply", "the guest wrote to the house"), ("stop", "sms", None, None),
                              ("message", None, "opted-out", "the guest asked for it")])
            self.assertEqual({row["guest"] for row in rows}, {guest})
            self.assertEqual(len(ledger(house)), 4, "and the other guest's")
            # every message that a gateway took stands in it, and no other
            self.assertEqual(sum(row["what"] == "message" for row in ledger(house)), len(house.sent()))
            lyt("guest", "start", guest, "--by", "mette", "--state", house.service.state, check=0)
            self.assertEqual([(row["what"], row["by"]) for row in ledger(house, guest)][-1], ("start", "mette"))
            words = lyt("guest", "ledger", guest, "--language", "da", "--state", house.service.state, check=0).out.splitlines()
            self.assertIn("besked reply (sent), sag 1; grundlag: gæsten skrev til huset", words[0])
            self.assertIn("vil ikke have beskeder, ved sms", words[1])
            self.assertIn("vil have beskeder igen", words[3])
            self.assertEqual(lyt("guest", "ledger", "nobody", "--state", house.service.state, check=0).out, "")
            self.assertIn("no database", lyt("guest", "ledger", "--state", house.folder, check=1).err)

    def test_staff_may_say_it_for_a_guest(self):
        with House() as house:
            house.text(COLD_DA)
            house.wait_sent(1, "the reply")
            guest = house.service.rows("SELECT sender FROM feedback")[0][0]
            contact = json.loads(lyt("guest", "contact", guest, "--json", "--state", house.service.state, check=0).out)
            self.assertEqual((contact["kind"], contact["address"], contact["typed"]), ("phone", GUEST, False))
            by_message = lyt("guest", "contact", "--message", 1, "--state", house.service.state, check=0).out
            self.assertEqual(by_message, GUEST + "\n")
            lyt("guest", "stop", guest, "--by", "mette", "--state", house.service.state, check=0)
            self.assertIn("wants no messages", lyt("guest", "show", guest, "--state", house.service.state, check=0).out)
            self.assertIn("wants no messages", house.act("reply", 1, "--note", "Hej", check=1).err)
            self.assertEqual(house.service.rows("SELECT what, how, by_whom FROM consent"), [("stop", "staff", "mette")])
            web = Web(house.service)
            answer = web.post("/api/v1/incidents/1/reply", {"by": "mette", "note": "Hej"})
            self.assertEqual(answer.status, 409)
            self.assertIn("wants no messages", answer.text)
            lyt("guest", "start", guest, "--by", "mette", "--state", house.service.state, check=0)
            answer = web.post("/api/v1/incidents/1/reply", {"by": "mette", "note": "Vi er der om lidt. Ring 9."})
            self.assertEqual(answer.status, 200, answer.text)
            self.assertEqual(house.wait_sent(2, "what the board sent")[1], (GUEST, "Vi er der om lidt. Ring 9."))
            lyt("guest", "start", guest, "--by", "mette", "--state", house.service.state, check=0)
            self.assertEqual(house.service.rows("SELECT count(*) FROM consent"), [(2,)])

    def test_PR_01_PR_03_erased_and_given_out(self):
        with House() as house:
            house.text(COLD_DA)
            house.wait_sent(1, "the reply")
            house.settle()
            guest = house.service.rows("SELECT sender FROM feedback")[0][0]
            given = json.loads(lyt("privacy", "export", guest, "--state", house.service.state, check=0).out)
            self.assertEqual(given["address"], GUEST)
            self.assertEqual([s["state"] for s in given["sent"]], ["sent"])
            self.assertEqual(given["contact"][0]["kind"], "phone")
            house.text("stop")
            house.wait_sent(2, "the confirmation")
            house.settle()
            lyt("privacy", "erase", guest, "--state", house.service.state, check=0)
            for table in ("contact", "reply"):
                self.assertEqual(house.service.rows("SELECT count(*) FROM " + table), [(0,)], table)
            self.assertEqual(house.service.rows("SELECT what FROM consent"), [("stop",)], "that is not forgotten")
            # the service has the incident in memory and must not write it down again
            house.service.stop()
            kept = house.service.rows("SELECT bytes FROM snapshot")
            self.assertEqual(len(kept), 1)
            self.assertNotIn(guest.encode(), kept[0][0])
            house.service.start()
            house.text(DIRTY_DA)
            self.assertEqual(len(house.quiet_after(2)), 2, "nor is the guest written to")

    def test_CH_06_a_copy_that_is_brought_back_does_not_forget_a_stop(self):
        with House() as house:
            house.text(COLD_DA)
            house.wait_sent(1, "the reply")
            house.settle()
            copy = house.path("copy.db")
            lyt("backup", copy, "--state", house.service.state, check=0)
            with open(copy, "rb") as file:
                self.assertNotIn(b"40404422", file.read(), "and no copy has a number that can be read")
            house.text("afmeld")
            house.wait_sent(2, "the confirmation")
            house.settle()
            house.service.stop()
            lyt("restore", copy, "--force", "--state", house.service.state, check=0)
            house.service.start()
            self.assertEqual(house.service.rows("SELECT what FROM consent"), [("stop",)])
            house.text(DIRTY_DA)
            self.assertEqual(len(house.quiet_after(2)), 2)

    def test_a_number_that_somebody_typed_is_a_draft(self):
        """A tablet's contact is kept like a number that was sent from, and never goes out by itself."""
        key = bytes(range(32))
        with House() as house:
            house.service.stop()
            house.service.options += ("--tag-keys", house.path("tags"))
            house.service.start()
            sum_ = hmac.new(key, b"havnen.214", hashlib.sha256).digest()
            path = "/t/havnen.214?c=" + base64.b32encode(sum_).decode()[:10]
            answer = Web(house.service).post(path, {"text": COLD_DA, "lang": "da", "contact": "40 40 44 22"})
            self.assertEqual(answer.status, 200, answer.text)
            wait_for(house.service.all_classified, "the verdict")
            self.assertEqual(house.replies(), [("reply", "draft")])
            self.assertIn("typed", house.case(1)["replies"][0]["why"])
            house.text("Tak", sender=GUEST)
            self.assertEqual(len(house.service.rows("SELECT DISTINCT sender FROM feedback")), 1,
                             "the same guest, whichever way")
            house.act("reply", 1)
            self.assertEqual(house.wait_sent(1, "what somebody sent")[0][0], GUEST)
            house.settle()
            self.check_nothing_leaks(house)

    def test_PR_04_an_address_goes_when_its_time_is_over(self):
        with House() as house:
            house.text(COLD_DA)
            house.wait_sent(1, "the reply")
            house.settle()
            house.service.stop()
            with sqlite3.connect(os.path.join(house.service.state, "lyt.db")) as db:
                seen, until = db.execute("SELECT seen_us, until_us FROM contact").fetchone()
                self.assertEqual(until - seen, 14 * 86400 * 1000000)
                db.execute("UPDATE contact SET until_us = 1")
            db.close()
            house.service.start()
            wait_for(lambda: house.service.rows("SELECT count(*) FROM contact") == [(0,)], "it to go")
            self.assertIn("there is no number or address", house.act("reply", 1, check=1).err)

    def test_RE_14_the_houses_own_system_hears_how_it_ended(self):
        hook = "  - {id: records, kind: webhook, url: HTTP/hooks, secret: hooks, allow_private: true, events: [recovered]}"
        with House(more=hook) as house:
            lyt("event", stdin=json.dumps({"type": "stay", "id": "R-118", "guest": "pms-77", "property": "havnen",
                                           "place": "214", "arrives": "2020-01-01T12:00:00Z",
                                           "departs": "2099-01-01T10:00:00Z"}) + "\n",
                *("--state", house.service.state), check=0)
            house.http.plan = {"/hooks": [500]}
            house.text(COLD_DA)
            house.wait_sent(1, "the reply")
            house.remedy(1)
            house.act("ask", 1)
            house.wait_sent(2, "the follow-up")
            house.text("9")
            wait_for(lambda: len(house.http.to("/hooks")) == 2, "the note, tried again")
            first, second = house.http.to("/hooks")
            self.assertEqual(first.body, second.body)
            self.assertEqual(first.headers["webhook-id"], second.headers["webhook-id"])
            self.assertTrue(is_signed(second, SECRET, time.time()))
            body = json.loads(second.body)
            self.assertEqual(body["type"], "notice.recovered")
            note = body["data"]
            self.assertEqual((note["incident"], note["stay"], note["guest"]), (1, "R-118", "pms-77"))
            self.assertEqual((note["recovered"], note["outcome"], note["score"]), (True, "confirmed", 9))
            self.assertEqual((note["scenario"], note["place"], note["gestures"]), ("no-hot-water", "214", []))
            self.check_events(house)
            self.assertNotIn("pms-77", str(house.service.rows("SELECT json FROM event")), "not on the bus")
            house.settle()
            self.assertEqual(len(house.http.to("/hooks")), 2, "once")

    def test_RE_14_a_note_on_the_stay_in_mews_once_and_tried_again(self):
        """As the Connector API takes it; a guest whose stay nobody knows has none to write it on."""
        hook = "  - {id: mews, kind: mews, url: HTTP/api/connector/v1/serviceOrderNotes/add, secret: mews, language: da, allow_private: true}"
        gives = """authority: {currency: DKK, roles: {contact: {incident: 100, guest: 900, month: 9000}}}
gestures: [{id: fruit, name: {en: F, da: F}, kind: extra, cost: 60}]"""
        house = House(more=hook + "\n" + gives)
        house.write("mews", "C11EN7:ACC355\n")
        stay = "1dc0c6bf-2ce6-4a9f-af97-af5c01676720"
        path = "/api/connector/v1/serviceOrderNotes/add"
        with house:
            lyt("event", "--state", house.service.state, stdin=json.dumps(
                {"type": "stay", "id": stay, "guest": "m-77", "property": "havnen", "place": "214",
                 "arrives": "2020-01-01T12:00:00Z", "departs": "2099-01-01T10:00:00Z"}) + "\n", check=0)
            house.http.plan = {path: [503]}
            house.text(COLD_DA)
            house.wait_sent(1, "the reply")
            house.act("offer", 1, "--gesture", "fruit")
            house.remedy(1)
            house.act("ask", 1)
            wait_for(lambda: len([r for r in house.http.requests if r.path.startswith("/2010")]) == 2, "the follow-up")
            house.text("9")
            first, second = wait_for(lambda: len(house.http.to(path)) == 2 and house.http.to(path), "the note, tried again")
            self.assertEqual(first.body, second.body)
            body = json.loads(second.body)
            self.assertEqual(set(body), {"ClientToken", "AccessToken", "Client", "ServiceOrderNotes"})
            self.assertEqual((body["ClientToken"], body["AccessToken"]), ("C11EN7", "ACC355"))
            note, = body["ServiceOrderNotes"]
            self.assertEqual((set(note), note["ServiceOrderId"]), ({"ServiceOrderId", "Text"}, stay))
            self.assertRegex(note["Text"], r"^GENOPRETTET\. Sag 1 er afsluttet: Intet varmt vand.*Gæsten gav 9 af 10\. Givet: fruit 60\.00 DKK\. \(lyt-")
            # another room, whose guest nobody knows the stay of
            house.text(DIRTY_DA, sender=OTHER)
            house.remedy(2)
            house.act("confirm", 2)
            house.act("close", 2)
            house.settle()
            self.assertEqual(len(house.http.to(path)), 2, "once, and not of the other")
            self.assertNotIn("ACC355", house.service.read_log())
            self.assertNotIn("ACC355", str(house.service.rows("SELECT * FROM outbox")))


if __name__ == "__main__":
    main()
