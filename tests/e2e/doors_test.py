"""The doors in the language of whoever stands before them: what the service refuses, on pages and over the API."""

import json
import os
import shutil
import tempfile
import time
import unittest

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
