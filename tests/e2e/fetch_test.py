"""Answers that a survey system keeps until they are asked for: it calls with ids, which wait on the
disk; a helper beside the service asks for the words, over a real connection, and hands them over.
"""

import base64
import hashlib
import hmac
import http.server
import json
import os
import signal
import threading
import unittest

from lyt_http import Web
from lyt_service import Service, lyt, main, wait_for


class Systems:
    """The interfaces of SurveyMonkey and Qualtrics, as far as they are asked, on this machine."""

    def __init__(self):
        self.asked, self.status, self.answers = [], {}, {}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append((self.path, self.headers.get("Authorization"), self.headers.get("X-API-TOKEN")))
                name = self.path.split("?")[0].removesuffix("/details").rsplit("/", 1)[1]
                status = outer.status.get(name, 200 if name in outer.answers else 404)
                raw = json.dumps(outer.answers.get(name, {})).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def monkey(self, name, text):
        self.answers[name] = {"id": name, "survey_id": "555", "date_modified": "2026-11-22T05:10:30+00:00",
                              "pages": [{"questions": [{"heading": "Why?", "answers": [{"text": text}]}]}]}

    def qualtrics(self, name, text, score):
        self.answers[name] = {"result": {"responseId": name, "values": {
            "finished": 1, "recordedDate": "2026-11-22T05:10:30Z", "userLanguage": "EN", "ipAddress": "192.0.2.9",
            "QID1": score, "QID1_NPS_GROUP": 1, "QID2_TEXT": text, "room": "214"}}}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class House(Service):
    DOOR = "/in/qualtrics-4f1c9a70b2d84e55"

    def __init__(self, systems, *options):
        super().__init__("hotel")
        for name, text in (("monkey-secret", "id&secret"), ("monkey-token", "the-monkey-token"), ("qualtrics-token", "the-qualtrics-token")):
            with open(os.open(os.path.join(self.state, name), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(text + "\n")
        self.channels = os.path.join(self.state, "channels.yaml")
        with open(self.channels, "w") as file:
            file.write("""public_url: https://feedback.example.dk
gateways:
  - {name: monkey, kind: surveymonkey, path: /in/monkey, secret: monkey-secret, property: havnen,
     fetch: {token: monkey-token, api: "%s"}}
  - {name: qualtrics, kind: qualtrics, path: %s, property: havnen, fetch: {token: qualtrics-token, api: "%s"}}
""" % (systems.url, self.DOOR, systems.url))
        self.options = ("--channels", self.channels, *options)

    def call_monkey(self, response):
        body = json.dumps({"name": "hook", "event_type": "response_completed", "object_id": response,
                           "resources": {"survey_id": "555", "respondent_id": response}}).encode()
        signature = base64.b64encode(hmac.new(b"id&secret", body, hashlib.sha1).digest()).decode()
        return Web(self).post("/in/monkey", body, headers={"Sm-Signature": signature})

    def call_qualtrics(self, response, **more):
        fields = {"SurveyID": "SV_1", "ResponseID": response, "Status": "Complete", **more}
        body = "&".join("%s=%s" % pair for pair in fields.items())
        return Web(self).post(self.DOOR, body.encode(), type="application/x-www-form-urlencoded")

    def waiting(self):
        folder = os.path.join(self.state, "fetch")
        return sorted(name for name in os.listdir(folder)) if os.path.isdir(folder) else []

    def texts(self):
        return self.rows("SELECT channel, property, place, text, score, scale FROM feedback ORDER BY id")

    def helper(self):
        """Process id of the helper: the child of the service."""
        with open("/proc/%d/task/%d/children" % (self.process.pid, self.process.pid)) as file:
            found = file.read().split()
        return int(found[0]) if found else 0

    def fetch(self, *more, code=0):
        return lyt("fetch", "waiting", "--channels", self.channels, "--state", self.state, "--json", *more, check=code)


class Waiting(unittest.TestCase):
    def test_ch10_ids_wait_on_the_disk_until_the_service_has_the_words(self):
        with Systems() as systems, House(systems) as house:
            systems.monkey("901", "The lift is broken")
            systems.qualtrics("R_7a", "The shower was cold", 3)
            self.assertEqual(house.call_monkey("901").status, 200)
            self.assertEqual(house.call_monkey("901").status, 200)
            self.assertEqual(house.call_qualtrics("R_7a").status, 200)
            self.assertEqual(house.call_qualtrics("R_8b", Status="Partial").status, 200)
            self.assertEqual(house.call_qualtrics("..%2Fx").status, 200)
            self.assertEqual((len(house.waiting()), house.texts(), systems.asked), (2, [], []))
            house.kill()
            house.start()
            shown = [json.loads(line) for line in house.fetch("--dry-run").out.splitlines()]
            self.assertEqual(sorted(row["text"] for row in shown), ["The lift is broken", "The shower was cold"])
            self.assertEqual(len(house.waiting()), 2)
            done = json.loads(house.fetch().out)
            self.assertEqual((done["fetched"], done["left"]), (2, 0))
            self.assertEqual(house.waiting(), [])
            self.assertEqual(sorted(house.texts()), [
                ("survey", "havnen", "", "The lift is broken", None, 0.0),
                ("survey", "havnen", "214", "The shower was cold", 3.0, 10.0)])
            self.assertIn(("/v3/surveys/555/responses/901/details?simple=true", "Bearer the-monkey-token", None), systems.asked)
            self.assertIn(("/API/v3/surveys/SV_1/responses/R_7a", None, "the-qualtrics-token"), systems.asked)
            # told of once more, it is the message that is there already
            house.call_qualtrics("R_7a")
            house.fetch()
            self.assertEqual(len(house.texts()), 2)

    def test_what_fails_waits_and_is_told_without_the_token(self):
        with Systems() as systems, House(systems) as house:
            for name, status in (("R_401", 401), ("R_429", 429), ("R_500", 500), ("R_404", 404)):
                systems.status[name] = status
                house.call_qualtrics(name)
            systems.qualtrics("R_ok", "The shower was cold", 3)
            house.call_qualtrics("R_ok")
            done = house.fetch(code=1)
            counts = json.loads(done.out)
            self.assertEqual((counts["fetched"], counts["failed"], counts["left"]), (1, 4, 4))
            for part in ("token is not taken", "asked too often", "answered 500", "no such answer"):
                self.assertIn(part, done.err)
            self.assertNotIn("the-qualtrics-token", done.err + done.out)
            self.assertEqual(len(house.waiting()), 4)
            # heard of four days ago, it is put aside for people to look at
            path = os.path.join(house.state, "fetch", house.waiting()[0])
            with open(path) as file:
                item = json.load(file)
            item["heard_at"] = "2020-01-01T00:00:00Z"
            with open(path, "w") as file:
                json.dump(item, file)
            self.assertEqual(json.loads(house.fetch(code=1).out)["given_up"], 1)
            self.assertEqual(len([name for name in house.waiting() if name.endswith(".given-up")]), 1)
            os.chmod(os.path.join(house.state, "qualtrics-token"), 0o644)
            self.assertIn("qualtrics-token", house.fetch(code=1).err)
            lyt("fetch", "waiting", "--state", house.state, check=2)
            lyt("fetch", "surveymonkey", "--survey", "5", "--token", "x", "--follow", "--state", house.state, check=2)

    def test_the_service_runs_the_helper_and_starts_it_again(self):
        with Systems() as systems, House(systems, "--fetch") as house:
            systems.qualtrics("R_1", "The shower was cold", 3)
            systems.monkey("901", "The lift is broken")
            house.call_qualtrics("R_1")
            wait_for(lambda: len(house.texts()) == 1, "the words to be fetched")
            first = wait_for(house.helper, "the helper")
            os.kill(first, signal.SIGKILL)
            wait_for(lambda: house.helper() not in (0, first), "another helper")
            house.call_monkey("901")
            wait_for(lambda: len(house.texts()) == 2, "the words to be fetched")
            last = house.helper()
            self.assertEqual(house.stop(), 0)
            wait_for(lambda: not os.path.exists("/proc/%d" % last), "the helper to end with the service")
            self.assertIn("LYT-FETCH-ENDED", house.read_log())

    def test_it_is_off_unless_it_is_asked_for(self):
        with Systems() as systems, House(systems) as house:
            house.call_qualtrics("R_1")
            self.assertEqual(house.helper(), 0)
            self.assertEqual(systems.asked, [])
            self.assertIn("--channels", lyt("serve", "--fetch", "--state", house.state, check=2).err)

    def test_settings_that_cannot_be_are_told_where(self):
        with Systems() as systems, House(systems) as house:
            with open(house.channels) as file:
                good = file.read()
            for old, new, says in ((', api: "%s"}}\n  - ' % systems.url, ", api: ftp://x}}\n  - ", "must be https://"),
                                   ("kind: surveymonkey", "kind: generic", "only qualtrics and surveymonkey"),
                                   ("fetch: {token: qualtrics-token, api: \"%s\"}" % systems.url, "fetch: {token: qualtrics-token}", "api is missing"),
                                   ("fetch: {token: monkey-token", "fetch: {tokn: monkey-token", "tokn")):
                self.assertIn(old, good)
                with open(house.channels, "w") as file:
                    file.write(good.replace(old, new, 1))
                done = lyt("channel", "check", house.channels, check=1)
                self.assertIn(says, done.err + done.out)
                self.assertRegex(done.err + done.out, r"channels\.yaml:[345]:\d+")


if __name__ == "__main__":
    main()
