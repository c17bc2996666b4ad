"""The doors in the language of whoever stands before them: what the service refuses, on pages and over the API."""

import base64
import hashlib
import hmac
import json
import os
import shutil
import tempfile
import time
import unittest
import urllib.parse

from lyt_http import Web
from lyt_service import ROOT, Service, lyt, main, wait_for

DESK = os.path.join(ROOT, "models/hotel/desk.yaml")


class Refused(unittest.TestCase):
    def test_op10_what_is_refused_is_said_in_the_readers_language(self):
        with Service("hotel", "--desk", DESK) as service:
            web = Web(service)
            for path, english, danish in (
                    ("/api/v1/incidents/77", "there is no such incident", "den sag findes ikke"),
                    ("/api/v1/feedback?limit=0", "limit: must be a whole number from 1 to 500",
                     "limit: skal være et helt tal fra 1 til 500"),
                    ("/nowhere", "there is nothing at this address", "der er ikke noget på den adresse")):
                for language, wanted in (("en", english), ("da-DK,da;q=0.9,en;q=0.8", danish), ("de", english), (None, english)):
                    answer = web.ask("GET", path, headers={"Accept-Language": language} if language else {})
                    self.assertIn(answer.status, (404, 422), answer.text)
                    self.assertEqual(answer.json["error"]["message"], wanted, language)

    def test_op10_so_is_what_the_ledger_refuses(self):
        with Service("hotel", "--desk", DESK) as service:
            web = Web(service)
            self.assertEqual(web.post("/api/v1/feedback", {"text": "The heating is broken and it is freezing"}).status, 200)
            wait_for(lambda: web.get("/api/v1/incidents").json["incidents"], "the incident")
            for language, wanted in (("en", "the guest of incident 1 is asked once it is remedied"),
                                     ("da", "gæsten i sag 1 spørges, når den er udbedret")):
                answer = web.post("/api/v1/incidents/1/ask", {"by": "mette"}, headers={"Accept-Language": language})
                self.assertEqual((answer.status, answer.json["error"]["message"]), (409, wanted), answer.text)
            answer = web.post("/api/v1/feedback", {"text": "x", "score": 11, "scale": 10}, headers={"Accept-Language": "da"})
            self.assertEqual((answer.status, answer.json["error"]["field"]), (422, "score"), answer.text)
            self.assertEqual(answer.json["error"]["message"], "score: skal ligge mellem 0 og scale")

    def test_op10_a_wrong_address_is_a_page_for_people_and_json_for_programs(self):
        browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "da"}
        with Service("hotel") as service:
            web = Web(service)
            for path in ("/nowhere", "/board", "/incident", "/s/", "/t/"):
                page = web.ask("GET", path, headers=browser)
                self.assertEqual((page.status, page.headers["Content-Type"]), (404, "text/html; charset=utf-8"), path)
                self.assertIn("<h1>Ikke fundet</h1>", page.text)
                self.assertIn("default-src 'self'", page.headers["Content-Security-Policy"])
                self.assertEqual(web.ask("GET", path).json["error"]["code"], "not-found", path)
            for path in ("/api/v1/nothing", "/in/nobody"):
                self.assertEqual(web.ask("GET", path, headers=browser).json["error"]["code"], "not-found", path)

    def test_op10_guests_read_it_in_five_languages(self):
        with Service("hotel") as service:
            web = Web(service)
            for language, title in (("da", "Ikke fundet"), ("en-GB", "Not found"), ("sv-SE,sv;q=0.9", "Hittades inte"),
                                    ("nn-NO", "Ikke funnet"), ("de-AT", "Nicht gefunden"), ("fr-FR,de;q=0.5", "Nicht gefunden"),
                                    ("fr", "Ikke fundet"), ("x" * 3000, "Ikke fundet"), (",,;;q=1,", "Ikke fundet")):
                for path in ("/s/none", "/t/none"):
                    answer = web.ask("GET", path, headers={"Accept-Language": language})
                    self.assertEqual(answer.status, 404)
                    self.assertIn("<h1>%s</h1>" % title, answer.text, language)
                    self.assertIn("Not found", answer.text)
            # whoever guesses too often is told so on a page, not in JSON
            last = [web.ask("GET", "/s/guess%d" % n, headers={"Accept-Language": "sv"}) for n in range(60)][-1]
            self.assertEqual(last.status, 429)
            self.assertIn("Vänta lite", last.text)
            self.assertIn("Retry-After", last.headers)


CHANNELS = """public_url: https://feedback.example.dk
pseudonyms: pseudonyms
numbers:
  - {number: "+4592450000", property: havnen, lang: da}
  - {number: "+4592450001", property: havnen, lang: en}
  - {number: "+4592450002", property: strand, lang: en}
  - {number: "1204"}
staff:
  - {number: "+4520202020", person: jonas, property: havnen}
keywords:
  - {word: hotel, number: "1204", property: strand}
gateways:
  - {name: twilio, kind: twilio, path: /in/twilio, secret: twilio}
  - {name: elks, kind: 46elks, path: /in/elks-7h2k, basic: basic}
  - {name: survey, kind: surveymonkey, path: /in/survey, secret: survey}
  - {name: own, kind: generic, path: /in/own, secret: hook}
"""
COLD = "The heating is broken and it is freezing in room 214"


class Texts(unittest.TestCase):
    """Gateways as a stranger knows them from their documentation."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-doors-")
        for name, text in (("pseudonyms", "ab" * 32), ("twilio", "12345"), ("basic", "user:pass"), ("survey", "key&secret"),
                           ("hook", "whsec_" + base64.b64encode(b"k" * 24).decode())):
            with open(os.open(os.path.join(self.folder, name), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(text + "\n")
        self.channels = os.path.join(self.folder, "channels.yaml")
        with open(self.channels, "w") as file:
            file.write(CHANNELS)
        self.n = 0

    def tearDown(self):
        shutil.rmtree(self.folder)

    def text(self, web, words, sender="+4520202020", to="+4592450000"):
        self.n += 1
        fields = {"AccountSid": "AC" + "0" * 32, "Body": words, "From": sender, "MessageSid": "SM%032d" % self.n, "To": to}
        signed = "https://feedback.example.dk/in/twilio" + "".join(key + fields[key] for key in sorted(fields))
        made = base64.b64encode(hmac.new(b"12345", signed.encode(), hashlib.sha1).digest()).decode()
        return web.ask("POST", "/in/twilio", urllib.parse.urlencode(fields), {"X-Twilio-Signature": made},
                       type="application/x-www-form-urlencoded")

    def elks(self, web, words, sender="+4520202020"):
        self.n += 1
        fields = {"id": "s%d" % self.n, "from": sender, "to": "+4592450000", "message": words, "direction": "incoming",
                  "created": "2026-11-26T05:00:00.123456"}
        return web.ask("POST", "/in/elks-7h2k", urllib.parse.urlencode(fields),
                       {"Authorization": "Basic " + base64.b64encode(b"user:pass").decode()},
                       type="application/x-www-form-urlencoded")

    def test_ch01_surveymonkey_looks_whether_the_address_is_there(self):
        with Service("hotel", "--channels", self.channels) as service:
            web = Web(service)
            self.assertEqual(web.ask("HEAD", "/in/survey").status, 200)
            self.assertEqual(web.ask("HEAD", "/in/twilio").status, 405)
            self.assertEqual(web.ask("HEAD", "/healthz").status, 200)

    def test_ch06_every_word_of_the_carriers_opts_out_and_nothing_longer(self):
        with Service("hotel", "--channels", self.channels) as service:
            web = Web(service)
            words = ("STOP", "stopall", "UNSUBSCRIBE", "Cancel", "END", "quit.", "REVOKE", "OptOut", " afmeld! ", "FRAMELD")
            for n, word in enumerate(words):
                self.text(web, word, "+45404044%02d" % n)
                self.assertEqual(service.rows("SELECT count(*) FROM consent")[0][0], n + 1, word)
            self.assertEqual(service.rows("SELECT count(*) FROM feedback")[0][0], 0)
            for n, words in enumerate(("STOP 12345", "Stop larmen i baren", "cancel my wake-up call", "end of the hall is noisy")):
                self.text(web, words, "+45505055%02d" % n)
                self.assertEqual(service.rows("SELECT count(*) FROM feedback")[0][0], n + 1, words)

    def test_ui08_orders_by_sms_move_a_case_of_a_house_that_wants_causes(self):
        with Service("hotel", "--desk", DESK, "--channels", self.channels) as service:
            web = Web(service)
            self.text(web, COLD, "+4540404422")
            number = wait_for(lambda: web.get("/api/v1/incidents").json["incidents"], "the incident")[0]["incident"]

            def case():
                return web.get("/api/v1/incidents/%d" % number).json

            self.assertEqual(self.text(web, "OK %d" % number).text, "<Response/>")
            self.assertEqual(case()["incident"]["state"], "acknowledged")
            self.assertEqual(self.text(web, "løst %d ny radiator" % number).text, "<Response/>")
            self.assertEqual(case()["incident"]["state"], "remedied", case()["history"])
            self.assertTrue(any(row["note"] == "ny radiator" and row["by"] == "jonas" for row in case()["history"]))
            # what the case does not allow any more is said to whom it concerns, in the number's language
            again = self.text(web, "LØST %d ny radiator" % number)
            self.assertEqual((again.status, again.headers["Content-Type"]), (200, "text/xml"))
            self.assertIn("<Response><Message>sag %d er udbedret og kan ikke blive udbedret" % number, again.text)
            english = self.text(web, "done %d new radiator" % number, to="+4592450001")
            self.assertIn("<Message>incident %d is remedied and cannot become remedied" % number, english.text)
            self.assertIn("der er ingen sag 99999", self.text(web, "OK 99999").text)
            self.assertEqual(self.elks(web, "OK 99999").text, "der er ingen sag 99999")

    def test_ui08_an_order_that_is_none_is_answered_to_staff_and_to_nobody_else(self):
        with Service("hotel", "--desk", DESK, "--channels", self.channels) as service:
            web = Web(service)
            self.assertIn("<Message>Skriv sagens nummer, fx: OK 123</Message>", self.text(web, "OK").text)
            self.assertIn("Write the number of the case", self.text(web, "OK", to="+4592450001").text)
            self.assertEqual(self.elks(web, "ok").text, "Skriv sagens nummer, fx: OK 123")
            self.assertEqual(service.rows("SELECT count(*) FROM feedback")[0][0], 0, "it moves nothing and is no message")
            # a guest's is never answered, whatever it looks like
            for words in ("OK", "OK 99999", "LØST 99999 <b>&"):
                self.assertEqual(self.text(web, words, "+4540404422").text, "<Response/>")
                guest = self.elks(web, words, "+4540404422")
                self.assertEqual((guest.status, guest.text), (204, ""))


    def test_op09_ui08_an_order_by_sms_moves_no_case_of_another_property(self):
        """jonas is of havnen; what is not of his house is not there for him, with settings of a house and without."""
        for extra in (("--desk", DESK), ()):
            with self.subTest(extra), Service("hotel", "--channels", self.channels, *extra) as service:
                web = Web(service)
                self.text(web, COLD, "+4540404422", to="+4592450002")
                self.text(web, COLD, "+4540404423")
                cases = wait_for(lambda: len(web.get("/api/v1/incidents").json["incidents"]) == 2
                                 and {row["property"]: row["incident"] for row in web.get("/api/v1/incidents").json["incidents"]},
                                 "both incidents")

                def state(name):
                    return web.get("/api/v1/incidents/%d" % cases[name]).json["incident"]["state"]

                for words in ("OK %d", "LØST %d ny radiator"):
                    self.assertIn("der er ingen sag %d<" % cases["strand"], self.text(web, words % cases["strand"]).text)
                    self.assertEqual(state("strand"), "new", words)
                self.assertEqual(self.text(web, "OK%d" % cases["havnen"]).text, "<Response/>")
                self.assertEqual(state("havnen"), "acknowledged")

    def test_ch07_a_keyword_and_what_is_wrong_in_a_numbered_room(self):
        """The row's own words, and what else guests say who name their room: it is not the food that is cold."""
        with Service("hotel", "--channels", self.channels) as service:
            web = Web(service)
            said = ("HOTEL der er koldt på 214", "hotel: Der er iskoldt på 305", "Hotel it is cold in 118")
            for n, words in enumerate(said):
                self.text(web, words, "+45404044%02d" % n, to="1204")
            cases = wait_for(lambda: (lambda rows: len(rows) == len(said) and rows)(web.get("/api/v1/incidents").json["incidents"]), "all three")
            self.assertEqual({(row["scenario"], row["property"], row["place"]) for row in cases},
                             {("room-too-cold", "strand", place) for place in ("214", "305", "118")})
            self.assertEqual({row["text"] for row in web.get("/api/v1/feedback").json["feedback"]},
                             {"der er koldt på 214", "Der er iskoldt på 305", "it is cold in 118"})

    def hook(self, web, body, name, at=None):
        body = json.dumps(body).encode()
        at = str(at or int(time.time()))
        made = hmac.new(b"k" * 24, b"%s.%s.%s" % (name.encode(), at.encode(), body), hashlib.sha256).digest()
        return web.ask("POST", "/in/own", body, {"webhook-id": name, "webhook-timestamp": at,
                                                 "webhook-signature": "v1," + base64.b64encode(made).decode()})

    def test_ch03_two_guests_who_say_the_same_are_two_and_a_copy_is_one(self):
        """The generic door without an "id": who is nobody, somewhere, gave a 7, and so did the next one."""
        with Service("hotel", "--channels", self.channels) as service:
            web = Web(service)

            def kept():
                return service.rows("SELECT count(*) FROM feedback")[0][0]

            for n in range(3):
                self.assertEqual(self.hook(web, {"score": 7, "scale": 10}, "msg_%d" % n).status, 200)
                self.assertEqual(kept(), n + 1)
            # sent again, also later and signed anew, it is the same message
            for at in (None, int(time.time()) - 60):
                self.assertEqual(self.hook(web, {"score": 7, "scale": 10}, "msg_1", at).status, 200)
            self.assertEqual(kept(), 3)
            # an id of the message's own counts before that of the envelope
            for n in range(2):
                self.hook(web, {"id": "m-17", "text": "Badet er koldt"}, "msg_%d" % (10 + n))
            self.assertEqual(kept(), 4)


class Taps(unittest.TestCase):
    def test_ch17_ch11_a_thousand_taps_of_one_tablet_are_all_counted(self):
        """By the page's own way, as fast as they come; no number that is none gets in."""
        folder = tempfile.mkdtemp(prefix="lyt-doors-")
        with open(os.open(os.path.join(folder, "tags"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write("link " + bytes(range(32)).hex() + "\n")
        check = base64.b32encode(hmac.new(bytes(range(32)), b"havnen.bar", hashlib.sha256).digest()).decode()[:10]
        with Service("hotel", "--desk", DESK, "--tag-keys", os.path.join(folder, "tags")) as service:
            line = Web(service).connect()

            def tap(**body):
                line.request("POST", "/t/havnen.bar?c=" + check, json.dumps(body), {"Content-Type": "application/json"})
                answer = line.getresponse()
                answer.read()
                return answer.status

            for score, scale in ((-1, 5), (6, 5), (-0.5, 10), (11, 10)):
                self.assertEqual(tap(id="bad%s" % score, score=score, scale=scale), 422, score)
            self.assertEqual(tap(id="bare", score=-1), 422)
            self.assertEqual([tap(id="t%d" % n, score=1, scale=5) for n in range(1000)], [200] * 1000)
            self.assertEqual(service.rows("SELECT count(*) FROM feedback WHERE place = 'bar'"), [(1000,)])
            wait_for(service.all_classified, "the verdicts")
            self.assertLessEqual(len(Web(service).get("/api/v1/incidents").json["incidents"]), 1)
            line.close()
        shutil.rmtree(folder)

    def test_ch17_who_floods_is_told_to_wait_and_nobody_else(self):
        """Whatever the machine's speed: one tag comes to its limit, while other tags and channels are taken."""
        folder = tempfile.mkdtemp(prefix="lyt-doors-")
        with open(os.open(os.path.join(folder, "tags"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write("link " + bytes(range(32)).hex() + "\n")
        with Service("hotel", "--desk", DESK, "--tag-keys", os.path.join(folder, "tags")) as service:
            web = Web(service)
            line, n, others, answer = web.connect(), 0, 0, None

            def tap(tag, id):
                check = base64.b32encode(hmac.new(bytes(range(32)), tag.encode(), hashlib.sha256).digest()).decode()[:10]
                line.request("POST", "/t/%s?c=%s" % (tag, check), json.dumps({"id": id, "score": 1, "scale": 5}),
                             {"Content-Type": "application/json"})
                answer = line.getresponse()
                answer.read()
                return answer

            while n < 8000 and (answer is None or answer.status == 200):
                answer = tap("havnen.bar", "t%d" % n)
                n += 1
            self.assertGreater(n, 1000, "a thousand taps of one tag are all taken")
            self.assertEqual(answer.status, 429)
            self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
            while others < 50:
                self.assertEqual(tap("havnen.lobby", "o%d" % others).status, 200, "another tag")
                self.assertEqual(web.post("/api/v1/feedback", {"channel": "sms", "text": "Tak for god service"}).status, 200)
                tap("havnen.bar", "more%d" % others)
                others += 1
            self.assertEqual(service.rows("SELECT count(*) FROM feedback WHERE place = 'lobby' OR channel = 'sms'"), [(100,)])
            line.close()
        shutil.rmtree(folder)


class Colleagues(unittest.TestCase):
    """A house of several people, and one of its properties alone."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-doors-")
        self.tokens = os.path.join(self.folder, "tokens")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def token(self, role, *more):
        return lyt("token", "new", "--tokens", self.tokens, "--person", "p-" + role, "--role", role, *more, check=0).out.strip()

    def test_ui01_a_case_is_handed_to_somebody_by_name_and_the_history_says_to_whom(self):
        tokens = {role: self.token(role) for role in ("viewer", "staff", "wall-board", "manager")}
        with Service("hotel", "--desk", DESK, "--tokens", self.tokens) as service:
            at = {role: Web(service, token) for role, token in tokens.items()}
            for role, web in at.items():
                people = web.get("/api/v1/scenarios").json.get("people")
                if role in ("staff", "manager"):
                    self.assertIn({"person": "mette", "name": "Mette Holm"}, people)
                else:
                    self.assertIsNone(people, role)
            at["staff"].post("/api/v1/feedback", {"text": COLD, "property": "havnen"})
            number = wait_for(lambda: at["staff"].get("/api/v1/incidents").json["incidents"], "the incident")[0]["incident"]
            answer = at["staff"].post("/api/v1/incidents/%d/assign" % number, {"to": "mette"})
            self.assertEqual(answer.status, 200, answer.text)
            case = at["staff"].get("/api/v1/incidents/%d" % number).json
            self.assertEqual(case["incident"]["owner"], "mette")
            owned = [(row["by"], row["note"]) for row in case["history"] if row["what"] == "owned"]
            self.assertEqual(owned, [("mette", "p-staff")])
            # what one takes on oneself was handed over by nobody
            at["manager"].post("/api/v1/incidents/%d/ack" % number, {})
            case = at["staff"].get("/api/v1/incidents/%d" % number).json
            owned = [(row["by"], row["note"]) for row in case["history"] if row["what"] == "owned"]
            self.assertEqual(owned[-1], ("p-manager", ""))

    def test_pr11_words_about_a_theft_do_not_show_on_the_broken_safe(self):
        """One message, two failures, and one of them is for few: the other's card has not the words, on no screen."""
        words = "The safe won't open and my wallet was stolen from the room"
        tokens = {role: self.token(role) for role in ("viewer", "staff", "wall-board", "admin")}
        tokens["signe"] = lyt("token", "new", "--tokens", self.tokens, "--person", "signe", "--role", "manager", check=0).out.strip()
        with Service("hotel", "--desk", DESK, "--tokens", self.tokens) as service:
            at = {name: Web(service, token) for name, token in tokens.items()}
            at["staff"].post("/api/v1/feedback", {"text": words, "property": "havnen"})
            rows = wait_for(lambda: (lambda rows: len(rows) == 2 and rows)(at["signe"].get("/api/v1/incidents").json["incidents"]), "both")
            cases = {row["scenario"]: row["incident"] for row in rows}
            self.assertEqual(set(cases), {"theft", "safe-broken"})
            for name, web in at.items():
                texts = [web.get("/api/v1/incidents").text, web.get("/api/v1/incidents?state=all").text]
                if name != "wall-board":
                    texts += [web.get(path).text for path in ("/api/v1/incidents/%d" % cases["safe-broken"],
                                                              "/api/v1/incidents/%d" % cases["theft"], "/api/v1/feedback")]
                for text in texts:
                    self.assertEqual("wallet" in text, name == "signe", (name, text[:400]))
            # and it is noted that signe read them there
            seen = json.loads(lyt("access", "--state", service.state, "--json", check=0).out.splitlines()[-1])
            self.assertEqual(seen["person"], "signe", seen)

    def test_op09_no_question_is_asked_of_another_property(self):
        havnen, strand = self.token("manager", "--property", "havnen"), self.token("manager", "--property", "strand")
        with Service("hotel", "--desk", DESK, "--tokens", self.tokens) as service:
            for token, own, other in ((havnen, "havnen", "strand"), (strand, "strand", "havnen")):
                web = Web(service, token)
                for path in ("scenarios", "scenarios/room-too-cold", "incidents", "feedback", "unclear"):
                    self.assertEqual(web.get("/api/v1/%s?property=%s" % (path, own)).status, 200, path)
                    self.assertEqual(web.get("/api/v1/%s?property=%s" % (path, other)).status, 403, path)
                for more in ({}, {"scenario": "room-too-cold", "scenario_yaml": "id: room-too-cold"}):
                    answer = web.post("/api/v1/try", {"text": COLD, "property": other, **more})
                    self.assertEqual(answer.status, 403, answer.text)
                answer = web.post("/api/v1/try", {"text": COLD, "property": own})
                self.assertEqual(answer.status, 200, answer.text)
                self.assertTrue(answer.json["routes"], answer.text)

    def test_ui04_what_nobody_here_can_read_is_put_before_somebody(self):
        """The pages ask in five languages, the pack reads two: a German guest's words are not lost among what is fine."""
        key = os.path.join(self.folder, "tag.key")
        lyt("tag", "key", key, check=0)
        link = lyt("tag", "new", "--key", key, "--base-url", "http://x", "-p", "havnen", "--place", "214", check=0).out.strip()
        with Service("hotel", "--tag-keys", key) as service:
            web = Web(service)
            for text, language in (("Die Heizung geht nicht", "de"), ("Alt er godt, tak", "da"), ("Toalettet är trasigt", "sv")):
                self.assertEqual(web.post(link[len("http://x"):], {"text": text, "lang": language}).status, 200)
            queue = wait_for(lambda: (lambda rows: len(rows) == 2 and rows)(web.get("/api/v1/unclear").json["unclear"]), "both")
            self.assertEqual({(row["why"], row["message"]["text"]) for row in queue},
                             {("language", "Die Heizung geht nicht"), ("language", "Toalettet är trasigt")})
            self.assertEqual([row["likely"] for row in queue], [[], []])
            # once somebody has read it, it is not asked again
            for row in queue:
                web.post("/api/v1/feedback/%d/correct" % row["message"]["feedback"], {"scenarios": ["room-too-cold"], "by": "mette"})
            wait_for(lambda: not web.get("/api/v1/unclear").json["unclear"], "the queue to be worked")

    def test_ui05_the_page_without_scripts_reads_well(self):
        key = os.path.join(self.folder, "tag.key")
        lyt("tag", "key", key, check=0)
        link = lyt("tag", "new", "--key", key, "--base-url", "http://x", "-p", "havnen", "--place", "214", check=0).out.strip()
        with Service("hotel", "--desk", DESK, "--tag-keys", key) as service:
            web = Web(service)
            said = web.post(link[len("http://x"):], {"text": COLD, "lang": "en"})
            page = wait_for(lambda: (lambda seen: "kl. " in seen.text and seen)(web.get("/s/" + said.json["reference"])), "a time")
            self.assertRegex(page.text, r"En af os taler med dig senest (\d{4}-\d\d-\d\d )?kl\. \d\d:\d\d\.")
            self.assertNotRegex(page.text, r"\S  +\S")


class Seen(unittest.TestCase):
    """PR-11: who was shown what is restricted is kept as long as the rules say, and no longer."""

    def test_pr11_old_months_go_by_the_rules(self):
        with Service("hotel", "--desk", DESK) as service:
            rules = os.path.join(service.state, "retention.yaml")
            with open(rules, "w") as file:
                file.write("retention: {access: 60}\n")
            this = time.strftime("access-%Y-%m.jsonl", time.gmtime())
            for name in ("access-2024-02.jsonl", "access-2025-01.jsonl", this):
                with open(os.path.join(service.state, name), "w") as file:
                    file.write('{"at":"2024-02-03T00:00:00Z","person":"signe","what":"incident"}\n')

            def months():
                return sorted(name for name in os.listdir(service.state) if name.startswith("access-"))

            service.stop()
            due = json.loads(lyt("retention", rules, "--dry-run", "--json", "--state", service.state, check=0).out)
            self.assertEqual((due["kind"], due["rows"], due["oldest"][:7]), ("access", 2, "2024-02"))
            self.assertEqual(len(months()), 3)
            lyt("retention", rules, "--check", "--state", service.state, check=1)
            lyt("retention", rules, "--state", service.state, check=0)
            self.assertEqual(months(), [this])
            lyt("retention", rules, "--check", "--state", service.state, check=0)

    def test_pr11_a_service_lets_them_go_by_itself(self):
        folder = tempfile.mkdtemp(prefix="lyt-doors-")
        rules = os.path.join(folder, "retention.yaml")
        with open(rules, "w") as file:
            file.write("retention: {access: 60}\n")
        service = Service("hotel", "--desk", DESK, "--retention", rules)
        os.makedirs(service.state, exist_ok=True)
        old = os.path.join(service.state, "access-2024-02.jsonl")
        with open(old, "w") as file:
            file.write("{}\n")
        with service:
            wait_for(lambda: not os.path.exists(old), "the old month to go")
            record = lyt("record", "--retention", rules, "--state", service.state, check=0).out
            self.assertRegex(record, r"access-YYYY-MM.jsonl")
            self.assertRegex(record, r"60 days \| `access-YYYY-MM.jsonl` \(at, person, what")
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
