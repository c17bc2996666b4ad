"""HTTP as those meet it who use it: senders, gateways, guests, staff, watchers."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import random
import re
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.parse

from lyt_http import WORDS, Stream, Web
from lyt_service import LIMIT_S, Service, lyt, main, wait_for


class FromWordsToAlarm(unittest.TestCase):
    def test_ch19_a_message_reaches_the_bus_and_the_stream_of_events(self):
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
            self.assertEqual(web.get("/api/v1/incidents?state=all&before=1").json["incidents"], [])
            self.assertEqual(web.get("/api/v1/incidents?state=all&team=nobody").json["incidents"], [])
            self.assertEqual(web.get("/api/v1/incidents?limit=0").json["error"]["field"], "limit")
            self.assertFalse(web.get("/api/v1/incidents?state=all&limit=1").json["more"])
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
            # and where it cannot be kept it is kept in memory
            service.stop()
            os.unlink(os.path.join(service.state, "found.db"))
            os.makedirs(os.path.join(service.state, "found.db", "in-the-way"))
            service.start()
            web = Web(service)
            self.assertEqual(found("query=lift"), ["a"])
            self.assertIn("LYT-FOUND-IN-MEMORY", service.read_log())

    def test_a_scenario_that_reads_differently_is_tried_and_changes_nothing(self):
        with open(os.path.join(os.environ["LYT_DATA"], "tests/golden/minipack/scenarios/room-not-cleaned.yaml")) as file:
            text = file.read()
        with Service(os.path.join(os.environ["LYT_DATA"], "tests/golden/minipack")) as service:
            web = Web(service)

            def heard(**more):
                answer = web.post("/api/v1/try", {"text": "My room was not cleaned today", **more})
                self.assertEqual(answer.status, 200, answer.text)
                return [(row["scenario"], row["severity"]) for row in answer.json["verdict"]["failures"]]

            self.assertEqual(heard(), [("room-not-cleaned", 2)])
            changed = re.sub(r"(?m)^severity: .*", "severity: 1", text)
            self.assertEqual(heard(scenario="room-not-cleaned", scenario_yaml=changed), [("room-not-cleaned", 1)])
            again = re.sub(r"(?m)^severity: .*", "severity: 3", text)
            self.assertEqual(heard(scenario="room-not-cleaned", scenario_yaml=again), [("room-not-cleaned", 3)])
            self.assertEqual(heard(), [("room-not-cleaned", 2)])
            bad = web.post("/api/v1/try", {"text": "x", "scenario": "room-not-cleaned", "scenario_yaml": "id: [\n"})
            self.assertEqual((bad.status, bad.json["error"]["field"]), (422, "scenario_yaml"))
            self.assertIn("line 2", bad.json["error"]["message"])
            outside = web.post("/api/v1/try", {"text": "x", "scenario": "../x", "scenario_yaml": text})
            self.assertEqual((outside.status, outside.json["error"]["field"]), (422, "scenario"))
            self.assertEqual([name for name in os.listdir(service.state) if name.startswith("trial")], [])

    def test_a_report_has_the_figures_that_the_command_has(self):
        with Service() as service:
            web = Web(service)
            web.post("/api/v1/feedback", {"channel": "sms", "property": "havnen", "place": "305", "text": WORDS})
            wait_for(service.all_classified, "the verdict")
            wait_for(lambda: web.get("/api/v1/incidents").json["incidents"], "the incident")
            period = ("2026-01-01T00:00:00Z", "2036-01-01T00:00:00Z")
            for page in ("week", "scenario", "incidents"):
                told = web.get("/api/v1/reports/%s?since=%s&until=%s" % (page, *period))
                line = lyt("report", page, "--state", service.state, "--since", period[0], "--until", period[1],
                           "--json", check=0)
                self.assertEqual(told.json, json.loads(line.out))
            csv = web.get("/api/v1/reports/scenario?format=csv&language=da")
            self.assertEqual(csv.headers["Content-Type"], "text/csv; charset=utf-8")
            self.assertIn("no-hot-water", csv.text)
            self.assertEqual(web.get("/api/v1/reports/scenario?format=csv&table=x").json["error"]["field"], "table")
            self.assertEqual(web.get("/api/v1/reports/moon").status, 404)
            self.assertEqual(web.get("/api/v1/reports/week?since=monday").json["error"]["field"], "since")
            backwards = web.get("/api/v1/reports/week?since=%s&until=%s" % period[::-1])
            self.assertEqual(backwards.json["error"]["field"], "since")

    def test_a_correction_is_kept_and_heeded(self):
        with Service() as service:
            web = Web(service)
            words = "Vi fik ikke den bolle til morgenmaden, som I lovede os i brochuren"
            web.post("/api/v1/feedback", {"channel": "sms", "property": "havnen", "text": words})
            wait_for(service.all_classified, "the verdict")
            bad = web.post("/api/v1/feedback/1/correct", {"scenarios": ["nothing-like-it"], "by": "lise"})
            self.assertEqual(bad.status, 422, bad.text)
            self.assertEqual(web.post("/api/v1/feedback/9/correct", {"scenarios": [], "by": "lise"}).status, 404)
            self.assertEqual(web.post("/api/v1/feedback/1/forget", {}).status, 404)
            done = web.post("/api/v1/feedback/1/correct", {"scenarios": ["breakfast-run-out"], "by": "lise"})
            self.assertEqual(done.status, 200, done.text)

            def heard():
                tried = web.post("/api/v1/try", {"text": words}).json["verdict"]["failures"]
                return [row["scenario"] for row in tried]

            wait_for(lambda: heard() == ["breakfast-run-out"], "the correction to be heeded")
            self.assertEqual(web.post("/api/v1/feedback/1/uncorrect", {"by": "lise"}).status, 200)

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
            # the same words by HTTP, as a line and over ZeroMQ: the same verdict to the byte
            web.post("/api/v1/feedback", {"text": WORDS})
            lyt("send", "--state", service.state, stdin=WORDS + "\n", check=0)
            wait_for(lambda: service.rows("SELECT count(*) FROM verdict") == [(2,)], "the verdicts")
            self.assertEqual(service.rows("SELECT json FROM verdict"), [(line,), (line,)])
            self.assertEqual(web.get("/api/v1/status").json["endpoints"]["http"], web.url.geturl())
            text = web.get("/metrics").text
            self.assertIn("lyt_counts_feedback 2", text)
            self.assertIn('lyt_http_requests_total{method="POST",route="/api/v1/try",status="2xx"} 1', text)
            for row in text.splitlines():
                self.assertRegex(row, r'^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+-]+)$')


class Killed(unittest.TestCase):
    def test_ch04_what_was_answered_is_there_after_a_kill(self):
        """Six senders, and kill -9 among them: every 200 is a row, and only one."""
        with Service() as service:
            answered = []

            def send(name):
                web = Web(service)
                try:
                    for number in range(100000):
                        id_ = "%s-%d" % (name, number)
                        if web.post("/api/v1/feedback", {"id": id_, "channel": "sms", "text": "fint"}).status == 200:
                            answered.append(id_)
                except (OSError, http.client.HTTPException):
                    pass

            senders = [threading.Thread(target=send, args=(name,)) for name in "abcdef"]
            for sender in senders:
                sender.start()
            wait_for(lambda: len(answered) > 300, "messages under way")
            service.kill()
            for sender in senders:
                sender.join()
            service.start()
            kept = [row[0] for row in service.rows("SELECT source_id FROM feedback")]
            self.assertEqual(len(kept), len(set(kept)))
            self.assertEqual(set(answered) - set(kept), set())

    def test_ch04_a_run_of_10000_killed_again_and_again(self):
        """Senders that send again what had no answer, over lines that are kept; kill -9 after a random number of answers.
        In the end each was answered, and is there once."""
        seed, n = int(os.environ.get("LYT_SEED", time.time_ns() % 1000000)), 10000
        draw, todo, answered, lock = random.Random(seed), list(range(n)), set(), threading.Lock()
        is_up = threading.Event()

        def send(service):
            line = None
            while True:
                is_up.wait(LIMIT_S)
                with lock:
                    if len(answered) == n:
                        break
                    if not todo:
                        continue
                    number = todo.pop()
                try:
                    line = line or Web(service).connect()
                    line.request("POST", "/api/v1/feedback", json.dumps({"id": "m%d" % number, "channel": "sms", "text": "fint"}),
                                 {"Content-Type": "application/json"})
                    answer = line.getresponse()
                    answer.read()
                    with lock:
                        (answered.add if answer.status == 200 else todo.append)(number)
                except (OSError, ValueError, http.client.HTTPException):
                    line = line and line.close()
                    with lock:
                        todo.append(number)
            if line:
                line.close()

        with Service() as service:
            senders = [threading.Thread(target=send, args=(service,)) for _ in range(6)]
            is_up.set()
            for sender in senders:
                sender.start()
            kills = 0
            while len(answered) < n:
                until = len(answered) + draw.randrange(1, 1500)
                wait_for(lambda: len(answered) >= min(until, n), "answers; LYT_SEED=%d" % seed)
                if len(answered) < n:
                    is_up.clear()
                    service.kill()
                    kills += 1
                    self.check_kept(service, answered, seed)
                    service.start()
                    is_up.set()
            for sender in senders:
                sender.join()
            print("killed %d times in a run of %d, LYT_SEED=%d" % (kills, n, seed), flush=True)
            self.assertGreaterEqual(kills, 5)
            self.check_kept(service, answered, seed)
            self.assertEqual(service.rows("SELECT count(*) FROM feedback"), [(n,)])

    def check_kept(self, service, answered, seed):
        """What was answered before it ended is on the disk as it lies there."""
        before = {"m%d" % number for number in list(answered)}
        kept = [row[0] for row in service.rows("SELECT source_id FROM feedback")]
        self.assertEqual(len(kept), len(set(kept)), "LYT_SEED=%d" % seed)
        self.assertEqual(before - set(kept), set(), "LYT_SEED=%d" % seed)


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
            self.assertEqual([row[:7] for row in kept], [("havnen", "214", "da", 1, 5, 1795326000000000, WORDS)])
            self.assertRegex(kept[0][7], "^g[0-9a-f]{32}$", "a number that was typed is a pseudonym as well")
            self.assertEqual(service.rows("SELECT guest, kind, is_typed FROM contact"), [(kept[0][7], "phone", 1)])
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
            for path in (os.path.join(folder, name) for folder, _, names in os.walk(service.state) for name in names):
                name = os.path.basename(path)
                with open(path, "rb") as file:
                    if name not in ("log", "endpoints.json"):
                        bytes_ = file.read()
                        self.assertNotIn(b"127.0.0.1", bytes_, name)
                        self.assertNotIn(b"40404422", bytes_, name)
                        self.assertNotIn(b"40 40 44 22", bytes_, name)

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
            bad = web.post(good, {"text": "x", "contact": "9" * 121})
            self.assertEqual((bad.status, bad.json["error"]["field"]), (422, "contact"))
            # one tag may not flood the house
            late = next((answer for answer in (web.post(good, {"text": "igen %d" % n}) for n in range(3000))
                         if answer.status == 429), None)
            self.assertIsNotNone(late, "nobody stops one tag")
            self.assertGreaterEqual(int(late.headers["Retry-After"]), 1)
            self.assertEqual(web.post(self.link("havnen.215"), {"text": "en anden"}).status, 200)


class Gateways(unittest.TestCase):
    """Signed as the gateway signs; the channel room's own tests know every kind."""

    SECRET = "12345"

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-e2e-channels-")
        self.addCleanup(shutil.rmtree, self.folder)
        for name, text in (("twilio", self.SECRET), ("pseudonyms", "ab" * 32)):
            with open(os.open(os.path.join(self.folder, name), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(text + "\n")
        with open(os.path.join(self.folder, "channels.yaml"), "w") as file:
            file.write("""public_url: https://feedback.example.dk
pseudonyms: pseudonyms
numbers:
  - {number: "+4592450000", property: havnen}
staff:
  - {number: "+4520202020", person: jonas, property: havnen}
gateways:
  - {name: twilio, kind: twilio, path: /in/twilio, secret: twilio}
""")

    def call(self, web, sid, words, sender="+4540404422", secret=SECRET):
        fields = {"AccountSid": "AC" + "0" * 32, "Body": words, "From": sender, "MessageSid": sid,
                  "NumMedia": "0", "NumSegments": "1", "To": "+4592450000"}
        text = "https://feedback.example.dk/in/twilio" + "".join(key + fields[key] for key in sorted(fields))
        sum_ = base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()
        return web.ask("POST", "/in/twilio", urllib.parse.urlencode(fields),
                       {"X-Twilio-Signature": sum_}, type="application/x-www-form-urlencoded")

    def test_an_sms_becomes_an_alarm_and_a_staff_number_takes_it(self):
        with Service("hotel", "--channels", os.path.join(self.folder, "channels.yaml")) as service:
            web = Web(service)
            stream = Stream(web)
            answer = self.call(web, "SM" + "1" * 32, WORDS)
            self.assertEqual((answer.status, answer.text), (200, "<Response/>"))
            self.assertEqual(self.call(web, "SM" + "1" * 32, WORDS).status, 200)
            kept = service.rows("SELECT property, channel, text, sender FROM feedback")
            self.assertEqual([row[:3] for row in kept], [("havnen", "sms", WORDS)])
            self.assertNotIn("40404422", str(kept))
            self.assertEqual(stream.next()[2]["scenario"], "no-hot-water")
            self.assertEqual(self.call(web, "SM" + "2" * 32, "OK 1", sender="+4520202020").status, 200)
            wait_for(lambda: web.get("/api/v1/incidents/1").json["incident"]["state"] == "acknowledged", "the order")
            self.assertEqual(web.get("/api/v1/incidents/1").json["incident"]["owner"], "jonas")
            forged = self.call(web, "SM" + "3" * 32, WORDS, secret="12346")
            self.assertEqual(forged.status, 403)
            self.assertEqual(web.post("/in/twilio", "Body=x", type="application/x-www-form-urlencoded").status, 403)
            self.assertEqual(web.post("/in/other", "Body=x", type="application/x-www-form-urlencoded").status, 404)
            self.assertEqual(service.rows("SELECT count(*) FROM feedback"), [(1,)])
            text = web.get("/metrics").text
            self.assertIn('lyt_gateway_refused_total{gateway="twilio",why="bad-signature"} 1', text)
            self.assertIn('lyt_gateway_refused_total{gateway="twilio",why="no-signature"} 1', text)
            self.assertNotIn(WORDS, service.read_log())
            self.assertNotIn("40404422", service.read_log())
            stream.close()


if __name__ == "__main__":
    main()
