"""HTTP as those meet it who use it: senders, staff, guests, watchers, and who means no good."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from lyt_service import LIMIT_S, Service, lyt, main, wait_for


class Web:
    """One client: a base address, and what it shows of itself."""

    def __init__(self, service, token=None, context=None):
        with open(os.path.join(service.state, "endpoints.json")) as file:
            self.url = urllib.parse.urlsplit(json.load(file)["http"])
        self.token = token
        self.context = context
        self.cookie = self.csrf = None

    def connect(self):
        if self.url.scheme == "https":
            return http.client.HTTPSConnection(self.url.hostname, self.url.port, timeout=LIMIT_S, context=self.context)
        return http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=LIMIT_S)

    def ask(self, method, path, body=None, headers=None, type="application/json"):
        sent = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        if body is not None:
            sent.setdefault("Content-Type", type)
        if self.token:
            sent.setdefault("Authorization", "Bearer " + self.token)
        if self.cookie:
            sent.setdefault("Cookie", self.cookie)
        if self.csrf:
            sent.setdefault("X-CSRF-Token", self.csrf)
        line = self.connect()
        try:
            line.request(method, path, body.encode() if isinstance(body, str) else body, sent)
            answer = line.getresponse()
            answer.text = answer.read().decode("utf-8", "replace")
            answer.json = None
            if answer.headers.get("Content-Type", "").startswith("application/json") and answer.text:
                answer.json = json.loads(answer.text)
            return answer
        finally:
            line.close()

    def get(self, path, **headers):
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, path, body, **more):
        return self.ask("POST", path, body, **more)


class Stream:
    """Server-sent events, read as they come."""

    def __init__(self, web, last=None, token=None):
        self.line = web.connect()
        headers = {"Authorization": "Bearer " + (token or web.token)} if token or web.token else {}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self.line.request("GET", "/api/v1/events", headers=headers)
        self.answer = self.line.getresponse()
        assert self.answer.status == 200, self.answer.read()

    def next(self):
        """The next event but heartbeats: (id, kind, data); None at the end."""
        event = {}
        while True:
            raw = self.answer.readline()
            if not raw:
                return None
            text = raw.decode().rstrip("\n")
            if text:
                name, _, value = text.partition(": ")
                event[name] = value
            elif "data" in event and event.get("event") != "heartbeat":
                return int(event["id"]), event["event"], json.loads(event["data"])
            else:
                event = {}

    def close(self):
        self.line.close()


def token_of(folder, *options):
    made = lyt("token", "new", "--tokens", os.path.join(folder, "tokens"), *options, check=0)
    return made.out.strip()


WORDS = "Der er intet varmt vand i bruseren"


class FromWordsToAlarm(unittest.TestCase):
    def test_a_message_reaches_the_bus_and_the_stream_of_events(self):
        with Service() as service:
            web = Web(service)
            stream = Stream(web)
            heard = subprocess.Popen(
                [os.environ["LYT_BINARY"], "subscribe", "--state", service.state, "--since", "0", "--json",
                 "--count", "1", "alarm."], stdout=subprocess.PIPE)
            answer = web.post("/api/v1/feedback", {"id": "m1", "channel": "sms", "property": "havnen",
                                                   "place": "305", "text": WORDS})
            self.assertEqual(answer.status, 200, answer.text)
            self.assertEqual(answer.json, {"status": "accepted", "id": "m1", "feedback": 1})
            # answered means durable
            self.assertEqual(service.rows("SELECT text FROM feedback"), [(WORDS,)])
            again = web.post("/api/v1/feedback", {"id": "m1", "channel": "sms", "property": "havnen", "text": WORDS})
            self.assertEqual(again.json["status"], "duplicate")
            out, _ = heard.communicate(timeout=LIMIT_S)
            on_bus = json.loads(out)
            number, kind, alarm = stream.next()
            self.assertEqual((kind, alarm), ("alarm", on_bus))
            self.assertEqual(number, alarm["seq"])
            self.assertEqual(alarm["scenario"], "no-hot-water")
            self.assertNotIn(WORDS, json.dumps(alarm, ensure_ascii=False))
            stream.close()

    def test_a_case_from_beginning_to_end(self):
        with Service() as service:
            web = Web(service)
            web.post("/api/v1/feedback", {"channel": "sms", "property": "havnen", "place": "305", "text": WORDS})
            wait_for(service.all_classified, "the verdict")
            found = wait_for(lambda: web.get("/api/v1/incidents").json["incidents"], "the incident")
            self.assertEqual([row["scenario"] for row in found], ["no-hot-water"])
            path = "/api/v1/incidents/%d" % found[0]["incident"]
            told = web.get(path).json
            self.assertEqual(told["feedback"][0]["text"], WORDS)
            self.assertTrue(told["feedback"][0]["verdict"]["failures"][0]["evidence"])
            self.assertEqual(told["history"][0]["what"], "opened")
            one = web.get("/api/v1/feedback/1").json
            self.assertEqual(one["incidents"], [found[0]["incident"]])
            done = web.post(path + "/ack", {"by": "mette"})
            self.assertEqual((done.status, done.json["state"]), (200, "acknowledged"))
            twice = web.post(path + "/ack", {"by": "jens"})
            self.assertEqual((twice.status, twice.json["error"]["code"]), (409, "refused"))
            bare = web.post(path + "/resolve", {})
            self.assertEqual((bare.status, bare.json["error"]["field"]), (422, "note"))
            self.assertEqual(web.post(path + "/resolve", {"by": "mette", "note": "ny kedel"}).json["state"], "closed")
            self.assertEqual(web.get("/api/v1/incidents").json["incidents"], [])
            self.assertEqual(len(web.get("/api/v1/incidents?state=closed").json["incidents"]), 1)
            self.assertEqual(web.get("/api/v1/incidents?state=lost").status, 422)
            self.assertEqual(web.get("/api/v1/incidents/99").status, 404)
            self.assertEqual(web.post("/api/v1/incidents/99/ack", {}).status, 404)
            self.assertEqual(web.post(path + "/explode", {}).status, 404)

    def test_a_house_with_settings_shows_clocks_offers_and_promises(self):
        with Service("hotel", "--desk", os.path.join(os.environ["LYT_DATA"], "models/hotel/desk.yaml")) as service:
            web = Web(service)
            web.post("/api/v1/feedback", {"channel": "sms", "property": "havnen", "place": "305", "text": WORDS})
            found = wait_for(lambda: web.get("/api/v1/incidents").json["incidents"], "the incident")
            path = "/api/v1/incidents/%d" % found[0]["incident"]
            self.assertIn("acknowledge", [row["clock"] for row in found[0]["clocks"]])
            self.assertEqual(web.post(path + "/ack", {"by": "mette"}).status, 200)
            version = web.get(path).json["incident"]["version"]
            stale = web.post(path + "/work", {"by": "lise", "version": version - 1})
            self.assertEqual(stale.status, 409, stale.text)
            offer = web.post(path + "/offer", {"by": "mette", "gesture": "fruit-plate"})
            self.assertEqual((offer.status, offer.json["given"]), (200, True))
            promise = web.post(path + "/promise", {"by": "mette", "minutes": 60, "note": "varmt vand kl. 12"})
            self.assertEqual(promise.status, 200, promise.text)
            told = web.get(path).json["incident"]
            self.assertEqual([row["gesture"] for row in told["offers"]], ["fruit-plate"])
            self.assertEqual([row["text"] for row in told["promises"]], ["varmt vand kl. 12"])
            tried = web.post("/api/v1/try", {"text": WORDS, "property": "havnen"}).json
            self.assertEqual(tried["verdict"]["failures"][0]["scenario"], "no-hot-water")
            self.assertTrue(tried["routes"][0]["receivers"])

    def test_lines_search_and_what_is_unclear(self):
        with Service() as service:
            web = Web(service)
            lines = [{"id": "a", "channel": "sms", "property": "havnen", "text": "The lift is stuck again"},
                     {"id": "b", "channel": "sms", "property": "bakken", "text": "Elevatoren er gået i stykker"},
                     {"id": "c", "channel": "sms", "property": "havnen", "text": ""},
                     {"id": "a", "channel": "sms", "property": "havnen", "text": "The lift is stuck again"}]
            answer = web.post("/api/v1/feedback", "\n".join(map(json.dumps, lines)) + "\n",
                              type="application/x-ndjson")
            told = [json.loads(line) for line in answer.text.splitlines()]
            self.assertEqual([row["status"] for row in told], ["accepted", "accepted", "refused", "duplicate"])
            self.assertIn("text", told[2]["error"])

            def found(query):
                return [row["id"] for row in web.get("/api/v1/feedback?" + query).json["feedback"]]

            self.assertEqual(found("query=lift"), ["a"])
            self.assertEqual(found("query=ELEVATOR"), ["b"])
            self.assertEqual(found("query=lift+stuck"), ["a"])
            self.assertEqual(found("query=lift+broken"), [])
            self.assertEqual(found('query=%22lift%22*%20OR'), [])
            self.assertEqual(found(""), ["b", "a"])
            self.assertEqual(found("before=2"), ["a"])
            self.assertEqual(found("property=bakken"), ["b"])
            self.assertEqual(found("since=2100-01-01T00:00:00Z"), [])
            self.assertEqual(web.get("/api/v1/feedback?limit=0").json["error"]["field"], "limit")
            self.assertEqual(web.get("/api/v1/feedback?since=monday").json["error"]["field"], "since")
            wait_for(service.all_classified, "the verdicts")
            self.assertEqual(web.get("/api/v1/unclear").status, 200)
            # what an index of its own finds is found after it was lost, too
            service.stop()
            os.unlink(os.path.join(service.state, "found.db"))
            service.start()
            web = Web(service)
            self.assertEqual(found("query=lift"), ["a"])

    def test_scenarios_and_status_as_the_command_line_says(self):
        with Service() as service:
            web = Web(service)
            shown = json.loads(lyt("pack", "show", "hotel", "--json", check=0).out)
            told = web.get("/api/v1/scenarios").json
            self.assertEqual([row["scenario"] for row in told["scenarios"]],
                             [row["scenario"] for row in shown["scenarios"]])
            one = web.get("/api/v1/scenarios/no-hot-water").json
            self.assertTrue(one["messages"] and one["compensations"] and one["examples"])
            self.assertEqual(web.get("/api/v1/scenarios/nothing").status, 404)
            line = lyt("classify", "--json", stdin=WORDS + "\n", check=0).out.strip()
            tried = web.post("/api/v1/try", {"text": WORDS})
            self.assertIn(line, tried.text)
            self.assertEqual(web.get("/api/v1/status").json["endpoints"]["http"], web.url.geturl())
            text = web.get("/metrics").text
            self.assertIn("lyt_counts_feedback 0", text)
            self.assertIn('lyt_http_requests_total{method="POST",route="/api/v1/try",status="2xx"} 1', text)
            for row in text.splitlines():
                self.assertRegex(row, r'^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+-]+)$')


class Events(unittest.TestCase):
    def test_who_lost_the_line_misses_nothing_and_hears_nothing_twice(self):
        with Service() as service:
            web = Web(service)

            def send(number):
                web.post("/api/v1/feedback", {"channel": "sms", "property": "havnen", "place": str(number),
                                              "text": WORDS})

            for number in range(5):
                send(number)
            wait_for(service.all_classified, "the verdicts")
            stream = Stream(web, last=0)
            seen = [stream.next()[0] for _ in range(4)]
            stream.close()
            send(6)
            wait_for(service.all_classified, "the verdict")
            stream = Stream(web, last=seen[-1])
            sender = threading.Thread(target=lambda: [send(number) for number in range(10, 30)])
            sender.start()
            total = 2 * 26
            while len(seen) < total:
                seen.append(stream.next()[0])
            sender.join()
            stream.close()
            self.assertEqual(seen, list(range(1, total + 1)))

    def test_a_service_that_stops_ends_the_streams(self):
        with Service() as service:
            stream = Stream(Web(service))
            self.assertEqual(service.stop(), 0)
            self.assertIsNone(stream.next())
            stream.close()


class WhoMayDoWhat(unittest.TestCase):
    """Roles, properties, sessions."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-e2e-tokens-")
        self.addCleanup(shutil.rmtree, self.folder)

    def service(self, *more):
        return Service("hotel", "--tokens", os.path.join(self.folder, "tokens"), *more)

    def test_every_role_at_every_door(self):
        roles = ["viewer", "staff", "manager", "admin", "machine-sender"]
        tokens = {role: token_of(self.folder, "--person", role, "--role", role) for role in roles}
        tokens[None] = None
        tokens["wrong"] = "lyt_" + "0" * 48
        # which of the roles may pass; whoever is nobody is 401, all others 403
        doors = [
            ("GET", "/api/v1/me", None, roles),
            ("GET", "/api/v1/status", None, roles),
            ("GET", "/metrics", None, roles),
            ("GET", "/api/v1/incidents", None, roles[:4]),
            ("GET", "/api/v1/incidents/1", None, roles[:4]),
            ("GET", "/api/v1/feedback", None, roles[:4]),
            ("GET", "/api/v1/feedback/1", None, roles[:4]),
            ("GET", "/api/v1/scenarios", None, roles[:4]),
            ("GET", "/api/v1/scenarios/no-hot-water", None, roles[:4]),
            ("POST", "/api/v1/try", {"text": "cold"}, roles[:4]),
            ("GET", "/api/v1/unclear", None, ["manager", "admin"]),
            ("POST", "/api/v1/feedback", {"text": WORDS, "property": "havnen"}, roles[1:]),
            ("POST", "/api/v1/incidents/1/void", {"note": "prøve"}, ["manager", "admin"]),
            ("POST", "/api/v1/incidents/1/ack", {}, ["staff", "manager", "admin"]),
        ]
        with self.service() as service:
            Web(service, tokens["admin"]).post("/api/v1/feedback", {"text": WORDS, "property": "havnen"})
            wait_for(lambda: Web(service, tokens["admin"]).get("/api/v1/incidents").json["incidents"], "the incident")
            for method, path, body, may in doors:
                for role, token in tokens.items():
                    answer = Web(service, token).ask(method, path, body)
                    with self.subTest(method=method, path=path, role=role):
                        if role in may:
                            self.assertIn(answer.status, (200, 409), answer.text)
                        elif role in roles:
                            self.assertEqual((answer.status, answer.json["error"]["code"]), (403, "forbidden"))
                        else:
                            self.assertEqual((answer.status, answer.json["error"]["code"]), (401, "unauthorised"))
                            self.assertIn("Bearer", answer.headers["WWW-Authenticate"])
            for path in ("/healthz", "/readyz", "/api/v1/openapi.json", "/assets/kiosk.css"):
                self.assertEqual(Web(service).get(path).status, 200, path)
            # nothing of a token in log, database or files
            for token in filter(None, tokens.values()):
                self.assertNotIn(token, service.read_log())
            with open(os.path.join(self.folder, "tokens")) as file:
                self.assertNotIn(tokens["admin"], file.read())

    def test_a_token_of_one_property_knows_nothing_of_another(self):
        boss = token_of(self.folder, "--person", "boss", "--role", "admin")
        havnen = token_of(self.folder, "--person", "mette", "--role", "staff", "--property", "havnen")
        with self.service() as service:
            all_, one = Web(service, boss), Web(service, havnen)
            stream = Stream(one, last=0)
            for place, name in (("1", "bakken"), ("2", "havnen")):
                all_.post("/api/v1/feedback", {"text": WORDS, "property": name, "place": place, "id": name})
                wait_for(service.all_classified, "the verdict")
            wait_for(lambda: len(all_.get("/api/v1/incidents").json["incidents"]) == 2, "both incidents")
            self.assertEqual([row["property"] for row in one.get("/api/v1/incidents").json["incidents"]], ["havnen"])
            self.assertEqual([row["property"] for row in one.get("/api/v1/feedback").json["feedback"]], ["havnen"])
            self.assertEqual(one.get("/api/v1/feedback?property=bakken").status, 403)
            hers = {row["property"]: row["incident"] for row in all_.get("/api/v1/incidents").json["incidents"]}
            for path in ("/api/v1/incidents/%d" % hers["bakken"], "/api/v1/feedback/1"):
                self.assertEqual(one.get(path).status, 404, path)
            self.assertEqual(one.post("/api/v1/incidents/%d/ack" % hers["bakken"], {}).status, 404)
            done = one.post("/api/v1/incidents/%d/ack" % hers["havnen"], {})
            self.assertEqual(done.status, 200)
            history = one.get("/api/v1/incidents/%d" % hers["havnen"]).json["history"]
            self.assertEqual(history[-1]["by"], "mette")
            posing = one.post("/api/v1/incidents/%d/work" % hers["havnen"], {"by": "boss"})
            self.assertEqual((posing.status, posing.json["error"]["field"]), (422, "by"))
            refused = one.post("/api/v1/feedback", {"text": "cold", "property": "bakken"})
            self.assertEqual((refused.status, refused.json["error"]["field"]), (422, "property"))
            # without one it is the token's
            self.assertEqual(one.post("/api/v1/feedback", {"text": "koldt", "id": "own"}).status, 200)
            self.assertEqual(service.rows("SELECT property FROM feedback WHERE source_id = 'own'"), [("havnen",)])
            command = one.post("/api/v1/feedback", {"type": "incident.ack", "incident": 1, "by": "x"})
            self.assertEqual((command.status, command.json["error"]["field"]), (422, "type"))
            seen = {stream.next()[2]["property"] for _ in range(3)}
            self.assertEqual(seen, {"havnen"})
            stream.close()

    def test_a_revoked_token_is_cut_off_and_a_bad_file_changes_nothing(self):
        boss = token_of(self.folder, "--person", "boss", "--role", "admin")
        old = token_of(self.folder, "--person", "mette", "--role", "staff")
        path = os.path.join(self.folder, "tokens")
        with self.service() as service:
            web = Web(service, old)
            stream = Stream(web)
            self.assertEqual(web.get("/api/v1/me").json["person"], "mette")
            rows = json.loads(lyt("token", "list", "--tokens", path, "--json", check=0).out)
            hers = [row["id"] for row in rows if row["person"] == "mette"]
            lyt("token", "revoke", hers[0], "--tokens", path, check=0)
            wait_for(lambda: web.get("/api/v1/me").status == 401, "the token to be forgotten")
            self.assertIsNone(stream.next())
            stream.close()
            with open(path, "a") as file:
                file.write("this is no token\n")
            wait_for(lambda: "LYT-TOKENS-BAD" in service.read_log(), "the complaint")
            self.assertIn("tokens:3:1", service.read_log())
            self.assertEqual(Web(service, boss).get("/api/v1/me").status, 200)
            os.chmod(path, 0o644)
            done = lyt("serve", "-p", "hotel", "--state", service.state + "/other", "--free-ports",
                       "--tokens", path, check=1)
            self.assertIn("chmod 600", done.err)

    def test_sessions_and_forged_requests(self):
        token = token_of(self.folder, "--person", "mette", "--role", "staff", "--property", "havnen",
                         "--language", "da")
        with self.service() as service:
            web = Web(service)
            self.assertEqual(web.post("/api/v1/session", {"token": "lyt_nonsense"}).status, 401)
            self.assertEqual(web.post("/api/v1/session", "token=" + token, type="text/plain").status, 415)
            answer = web.post("/api/v1/session", {"token": token})
            self.assertEqual(answer.status, 200, answer.text)
            self.assertEqual({key: answer.json[key] for key in ("person", "role", "properties", "language")},
                             {"person": "mette", "role": "staff", "properties": ["havnen"], "language": "da"})
            cookie = answer.headers["Set-Cookie"]
            for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
                self.assertIn(part, cookie)
            self.assertNotIn(token, cookie)
            web.cookie = cookie.split(";")[0]
            self.assertEqual(web.get("/api/v1/me").json["csrf"], answer.json["csrf"])
            message = {"text": WORDS, "id": "one"}
            self.assertEqual(web.post("/api/v1/feedback", message).json["error"]["code"], "csrf")
            wrong = web.post("/api/v1/feedback", message, headers={"X-CSRF-Token": "0" * 48})
            self.assertEqual(wrong.json["error"]["code"], "csrf")
            web.csrf = answer.json["csrf"]
            foreign = web.post("/api/v1/feedback", message, headers={"Origin": "https://evil.example"})
            self.assertEqual(foreign.json["error"]["code"], "csrf")
            self.assertEqual(service.rows("SELECT count(*) FROM feedback"), [(0,)])
            own = "http://%s" % web.url.netloc
            self.assertEqual(web.post("/api/v1/feedback", message, headers={"Origin": own}).status, 200)
            self.assertEqual(web.ask("DELETE", "/api/v1/session").status, 200)
            self.assertEqual(web.get("/api/v1/me").status, 401)

    def test_without_tokens_only_this_machine_by_its_own_name(self):
        with Service() as service:
            web = Web(service)
            self.assertEqual(web.get("/api/v1/me").json["role"], "admin")
            for headers in ({"Host": "hotel.example:80"}, {"Host": "127.0.0.1.evil.example"}):
                self.assertEqual(web.ask("GET", "/api/v1/me", headers=headers).status in (200, 403), True)
            self.assertEqual(web.ask("GET", "/api/v1/me", headers={"Host": "hotel.example"}).status, 403)
            forged = web.post("/api/v1/feedback", {"text": "x"}, headers={"Origin": "http://evil.example"})
            self.assertEqual(forged.json["error"]["code"], "csrf")
            self.assertEqual(web.post("/api/v1/feedback", '{"text":"x"}', type="text/plain").status, 415)
        with tempfile.TemporaryDirectory() as state:
            done = lyt("serve", "-p", "hotel", "--state", state, "--free-ports", "--http", "0.0.0.0:0", check=1)
            self.assertIn("lyt token new", done.err)
            self.assertIn("--insecure", done.err)


class Guests(unittest.TestCase):
    KEY = bytes(range(32))

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-e2e-tags-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.keys = os.path.join(self.folder, "tag-keys")
        with open(os.open(self.keys, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write("link %s\n" % self.KEY.hex())

    def link(self, tag):
        """As anybody would make one who has the key: ten letters of base32 of an HMAC."""
        sum_ = hmac.new(self.KEY, tag.encode(), hashlib.sha256).digest()
        return "/t/%s?c=%s" % (tag, base64.b32encode(sum_).decode()[:10])

    def service(self):
        return Service("hotel", "--tag-keys", self.keys)

    def test_from_a_tag_to_done(self):
        with self.service() as service:
            web = Web(service)
            path = self.link("havnen.214")
            page = web.get(path)
            self.assertEqual(page.status, 200, page.text)
            self.assertIn("default-src 'self'", page.headers["Content-Security-Policy"])
            self.assertNotRegex(page.text, r"<script>|<style|style=|onclick=|(src|href)=.https?:|\{\{")
            message = {"id": "k-1", "text": WORDS, "lang": "da", "score": 1, "scale": 5,
                       "sent_at": "2026-11-22T05:40:00Z", "contact": "+45 40 40 44 22"}
            answer = web.post(path, message)
            self.assertEqual(answer.status, 200, answer.text)
            self.assertEqual((answer.json["status"], answer.json["id"]), ("accepted", "k-1"))
            self.assertEqual(web.post(path, message).json,
                             {"status": "duplicate", "id": "k-1", "reference": answer.json["reference"]})
            kept = service.rows("SELECT property, place, language, score, scale, sent_us, text, sender FROM feedback")
            self.assertEqual(kept, [("havnen", "214", "da", 1, 5, 1795326000000000, WORDS, "+45 40 40 44 22")])
            wait_for(service.all_classified, "the verdict")
            status = "/s/" + answer.json["reference"]
            self.assertIn('data-state="received"', web.get(status).text)
            lyt("incident", "ack", "1", "--state", service.state, "--by", "mette", check=0)
            shown = web.get(status).text
            self.assertIn('data-state="in-work"', shown)
            self.assertIn("Vi er på sagen", shown)
            self.assertIn("We are on it", shown)
            for secret in (WORDS, "mette", "214", "no-hot-water", "4040"):
                self.assertNotIn(secret, shown)
            lyt("incident", "resolve", "1", "--state", service.state, "--by", "mette", "--note", "kedel", check=0)
            self.assertIn('data-state="done"', web.get(status).text)
            # no address of anybody is kept
            for name in os.listdir(service.state):
                with open(os.path.join(service.state, name), "rb") as file:
                    if name not in ("log", "endpoints.json"):
                        self.assertNotIn(b"127.0.0.1", file.read(), name)

    def test_wrong_tags_and_references_answer_alike(self):
        with self.service() as service:
            web = Web(service)
            good = self.link("havnen.214")
            check = good.split("?")[1]
            pages = [web.get(path) for path in ("/t/havnen.214", "/t/havnen.214?c=aaaaaaaaaa", "/t/havnen.215?" + check,
                                                "/t/havnen?" + check, "/t/%2e%2e?c=")]
            self.assertEqual({page.status for page in pages}, {404})
            self.assertEqual(len({page.text for page in pages}), 1)
            self.assertEqual(web.post("/t/havnen?" + check, {"text": "hej"}).status, 404)
            reference = web.post(good, {"text": "hej"}).json["reference"]
            other = ("a" if reference[0] != "a" else "b") + reference[1:]
            pages = [web.get("/s/" + text) for text in (other, "x", "a" * 24, reference.upper(), reference + "a")]
            self.assertEqual({page.status for page in pages}, {404})
            self.assertEqual(len({page.text for page in pages}), 1)
            self.assertEqual(web.get("/s/" + reference).status, 200)
            bad = web.post(good, {"text": "x", "score": 9, "scale": 5})
            self.assertEqual((bad.status, bad.json["error"]["field"]), (422, "score"))
            bad = web.post(good, {"text": "x", "contact": "9" * 65})
            self.assertEqual((bad.status, bad.json["error"]["field"]), (422, "contact"))
            # one tag may not flood the house
            answers = [web.post(good, {"text": "igen %d" % number}) for number in range(90)]
            self.assertIn(429, [answer.status for answer in answers])
            late = [answer for answer in answers if answer.status == 429][0]
            self.assertGreaterEqual(int(late.headers["Retry-After"]), 1)
            self.assertEqual(web.post(self.link("havnen.215"), {"text": "en anden"}).status, 200)


class Hostile(unittest.TestCase):
    def test_limits(self):
        with tempfile.TemporaryDirectory() as folder:
            token = token_of(folder, "--person", "boss", "--role", "admin")
            with Service("hotel", "--tokens", os.path.join(folder, "tokens"), "--http-rate", "20") as service:
                web = Web(service, token)
                long = web.post("/api/v1/feedback", '{"text":"' + "x" * (1 << 20) + '"}')
                self.assertEqual(long.status, 413)
                middling = web.post("/api/v1/feedback", {"text": "x" * 70000})
                self.assertEqual((middling.status, middling.json["error"]["field"]), (422, "text"))
                many = web.ask("GET", "/healthz", headers={"X-%d" % number: "1" for number in range(80)})
                self.assertEqual(many.status, 431)
                self.assertIn(self.raw(web, b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40000 + b"\r\n\r\n")[9:12],
                              (b"431", b"413", b"400"))
                self.assertEqual(web.get("/t/%00").status, 400)
                self.assertEqual(web.get("/api/v1/feedback?query=%ff").status, 400)
                self.assertEqual(web.ask("PUT", "/api/v1/feedback", "{}").status, 405)
                self.assertEqual(web.post("/api/v1/feedback", "{").status, 422)
                self.assertEqual(web.post("/api/v1/try", "{").status, 400)
                self.assertEqual(web.post("/api/v1/try", "[1]").status, 400)
                self.assertEqual(web.get("/healthz", X_Request_Id="abc-1").headers["X-Request-Id"], "abc-1")
                self.assertNotIn(" ", web.get("/healthz", X_Request_Id="a b").headers["X-Request-Id"])
                answers = [web.get("/api/v1/me") for _ in range(80)]
                self.assertIn(429, [answer.status for answer in answers])
                guesses = [Web(service, "lyt_%048d" % number).get("/api/v1/me").status for number in range(60)]
                self.assertEqual(guesses[0], 401)
                self.assertIn(429, guesses)
                # the guesses of others hold up nobody who has a token
                wait_for(lambda: web.get("/api/v1/me").status == 200, "the token's own limit")
                text = wait_for(lambda: (lambda a: a.status == 200 and a.text)(web.get("/metrics")), "the metrics")
                for why in ("body-too-long", "headers-too-many", "malformed", "method", "rate", "unknown-token"):
                    self.assertRegex(text, r'lyt_http_refused_total\{why="%s"\} [1-9]' % why)

    @staticmethod
    def raw(web, data):
        with socket.create_connection((web.url.hostname, web.url.port), timeout=LIMIT_S) as line:
            line.sendall(data)
            return line.recv(4096)

    def test_half_requests_hold_up_nobody(self):
        with Service("hotel", "--http-connections", "200") as service:
            web = Web(service)
            slow = []
            for number in range(500):
                line = socket.create_connection((web.url.hostname, web.url.port), timeout=LIMIT_S)
                half = (b"", b"GET /heal", b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ",
                        b"POST /api/v1/feedback HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                        b"Content-Length: 100\r\n\r\n{")[number % 4]
                line.sendall(half)
                slow.append(line)
            began = time.monotonic()
            for number in range(50):
                answer = web.post("/api/v1/feedback", {"text": "koldt %d" % number, "property": "havnen"})
                self.assertEqual(answer.status, 200, answer.text)
            self.assertLess(time.monotonic() - began, 10)
            # those that wait without end are let go
            wait_for(lambda: int(re.search(r"lyt_http_connections (\d+)", web.get("/metrics").text).group(1)) < 20,
                     "the half requests to be let go")
            text = web.get("/metrics").text
            for why in ("connections-full", "slow-request"):
                self.assertRegex(text, r'lyt_http_refused_total\{why="%s"\} [1-9]' % why)
            for line in slow:
                line.close()

    def test_a_reader_that_does_not_read_is_cut_off(self):
        with Service() as service:
            web = Web(service)
            deaf = socket.create_connection((web.url.hostname, web.url.port), timeout=LIMIT_S)
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nLast-Event-ID: 0\r\n\r\n")
            wait_for(lambda: "lyt_http_streams 1" in web.get("/metrics").text, "the stream")
            lines = [json.dumps({"channel": "sms", "property": "havnen", "place": str(number), "text": WORDS})
                     for number in range(1000)]

            def is_cut():
                web.post("/api/v1/feedback", "\n".join(lines), type="application/x-ndjson")
                return re.search(r'why="slow-stream"\} [1-9]', web.get("/metrics").text)

            wait_for(is_cut, "the deaf reader to be cut off")
            wait_for(lambda: "lyt_http_streams 0" in web.get("/metrics").text, "its stream to end")
            deaf.close()

    def test_a_full_disk_is_told_and_passes(self):
        with Service("hotel", "--state-limit", "1") as service:
            web = Web(service)
            self.assertEqual(web.get("/readyz").status, 200)
            lines = [json.dumps({"channel": "sms", "property": "havnen", "text": "%d %s" % (number, "fint " * 400)})
                     for number in range(100)]

            def is_full():
                web.post("/api/v1/feedback", "\n".join(lines), type="application/x-ndjson")
                return web.get("/readyz").status == 503

            wait_for(is_full, "the disk to be full")
            ready = web.get("/readyz")
            self.assertIn("disk full", ready.json["state"])
            self.assertFalse(ready.json["ready"])
            # what little still fits may be taken; what does not is told so, and is not there
            late = ("late-%d" % number for number in range(100000))

            def turned_away():
                name = next(late)
                answer = web.post("/api/v1/feedback", {"id": name, "text": "koldt " * 2000, "property": "havnen"})
                return answer.status == 503 and (name, answer)

            name, answer = wait_for(turned_away, "a message that finds no room")
            self.assertEqual(answer.json["error"]["code"], "busy")
            self.assertTrue(answer.headers["Retry-After"])
            self.assertEqual(web.get("/healthz").status, 200)
            self.assertIn("lyt_up 0", web.get("/metrics").text)
            # what was said to be kept is kept, and can be read
            self.assertEqual(web.get("/api/v1/feedback?limit=1").status, 200)
            self.assertEqual(service.rows("SELECT count(*) FROM feedback WHERE source_id = ?", name), [(0,)])


class Encrypted(unittest.TestCase):
    @unittest.skipUnless(shutil.which("openssl"), "openssl is not there to make a certificate")
    def test_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            key, cert = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                            "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
                           check=True, stderr=subprocess.DEVNULL)
            os.chmod(key, 0o644)
            with tempfile.TemporaryDirectory() as state:
                done = lyt("serve", "-p", "hotel", "--state", state, "--free-ports", "--tls-cert", cert,
                           "--tls-key", key, check=1)
                self.assertIn("chmod 600", done.err)
                done = lyt("serve", "-p", "hotel", "--state", state, "--free-ports", "--tls-cert", cert, check=1)
                self.assertIn("--tls-key", done.err)
            os.chmod(key, 0o600)
            with Service("hotel", "--tls-cert", cert, "--tls-key", key) as service:
                web = Web(service, context=ssl.create_default_context(cafile=cert))
                self.assertEqual(web.url.scheme, "https")
                answer = web.get("/readyz")
                self.assertEqual(answer.status, 200)
                self.assertIn("max-age", answer.headers["Strict-Transport-Security"])
                self.assertEqual(web.post("/api/v1/feedback", {"text": WORDS}).status, 200)


if __name__ == "__main__":
    main()
