"""Surveys and mails into a running service; QR codes read by somebody else's reader.

The service is a real one on free ports; what it has is read from its database.
"""

import http.server
import json
import os
import pty
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.parse

from lyt_service import LYT, ROOT, Service, lyt, wait_for

ZBAR = shutil.which("zbarimg")

TABLE = (
    "Tidsstempel;Hotel;Værelse;Hvor sandsynligt er det, at du vil anbefale os?;Uddyb gerne\n"
    "12-11-2025 14:03;Havnen;214;2;Der er iskoldt på værelset\n"
    "12-11-2025 14:04;Havnen;;10;\n"
    "12-11-2025 14:04;Havnen;;10;\n"
    "12-11-2025 14:05;Havnen;305;1;\"Larm fra baren;\nvi kan ikke sove\"\n"
    ";;;;\n"
    "12-11-2025 14:06;Havnen;9;;\n"
)


class Import(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-survey-")

    def tearDown(self):
        shutil.rmtree(self.folder)

    def write(self, name, data):
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())
        return path

    def counts(self, service, path, *more, code=0):
        done = lyt("import", "--state", service.state, "--zone", "Europe/Copenhagen", "--json", path, *more,
                   check=code)
        return json.loads(done.out.splitlines()[-1]), done.err

    def test_a_table_is_imported_once(self):
        with Service() as service:
            path = self.write("answers.csv", TABLE)
            first, _ = self.counts(service, path)
            self.assertEqual(first, {"rows": 5, "accepted": 4, "duplicate": 0, "before": 0, "older": 0, "empty": 1,
                                     "refused": 0, "unread": 0})
            wait_for(service.all_classified, "all rows to be judged")
            rows = service.rows("SELECT property, place, text, score, scale, sent_us, channel FROM feedback ORDER BY id")
            self.assertEqual(rows[0], ("havnen", "214", "Der er iskoldt på værelset", 2.0, 10.0,
                                       1762952580000000, "survey"))
            self.assertEqual(rows[3][2], "Larm fra baren;\nvi kan ikke sove")
            # a score without words is kept, and is no failure
            self.assertEqual(rows[1][2:4], ("", 10.0))
            silent = service.rows("SELECT v.json FROM verdict v JOIN feedback f ON f.id = v.feedback_id WHERE f.text = ''")
            self.assertEqual([json.loads(row[0])["failures"] for row in silent], [[], []])
            heard = service.rows("SELECT v.json FROM verdict v JOIN feedback f ON f.id = v.feedback_id WHERE f.place = '214'")
            self.assertTrue(json.loads(heard[0][0])["failures"])

            again, _ = self.counts(service, path)
            self.assertEqual((again["accepted"], again["duplicate"], again["before"]), (0, 0, 4))
            # without the journal the service itself knows them
            unaided, _ = self.counts(service, path, "--again")
            self.assertEqual((unaided["accepted"], unaided["duplicate"]), (0, 4))
            # in other bytes, and grown: only what is new
            grown = self.write("grown.csv", (TABLE + "13-11-2025 08:00;Havnen;1;9;Dejligt\n").encode("utf-16"))
            more, _ = self.counts(service, grown)
            self.assertEqual((more["accepted"], more["before"]), (1, 4))
            self.assertEqual(len(service.rows("SELECT 1 FROM feedback")), 5)

    def test_a_bad_row_is_told_and_the_others_arrive(self):
        with Service() as service:
            path = self.write("bad.csv", "NPS,Comment\n3,cold\nx,loud\n4,\"open\n")
            counts, err = self.counts(service, path, "-p", "havnen", code=1)
            self.assertEqual((counts["accepted"], counts["unread"]), (1, 2))
            self.assertIn("bad.csv:3:1: \"x\" is no score", err)
            self.assertIn("bad.csv:4:3: the quote that opens here is never closed", err)
            self.assertEqual(service.rows("SELECT text, property FROM feedback"), [("cold", "havnen")])

    def test_a_mail_arrives_once_with_its_own_words(self):
        with Service() as service:
            path = os.path.join(ROOT, "tests", "golden", "mail", "03-da-outlook-reply.eml")
            with open(path, "rb") as file:
                mail = file.read()
            key = self.write("pseudonyms", "0123456789abcdef0123456789abcdef\n")
            os.chmod(key, 0o600)
            given = ("mail", "--state", service.state, "-p", "havnen", "--pseudonyms", key, "--json")
            self.assertEqual(json.loads(lyt(*given, stdin=mail, check=0).out)["status"], "accepted")
            self.assertEqual(json.loads(lyt(*given, stdin=mail, check=0).out)["status"], "duplicate")
            rows = service.rows("SELECT channel, property, text, sender FROM feedback")
            self.assertEqual(len(rows), 1)
            self.assertEqual(rows[0][:3], ("email", "havnen", "Det passer ikke. Rengøringen kom aldrig, "
                                           "og håndklæderne er de samme som i går."))
            self.assertRegex(rows[0][3], "^g[0-9a-f]{32}$")
            # what a machine sent is no feedback, and no failure that would be bounced
            machine = lyt(*given, stdin="From: a@example.dk\nAuto-Submitted: auto-replied\n\nJeg er på ferie\n", check=0)
            self.assertEqual(json.loads(machine.out)["status"], "skipped")
            self.assertEqual(len(service.rows("SELECT 1 FROM feedback")), 1)

    def test_progress_is_shown_on_a_terminal_only(self):
        path = self.write("answers.csv", "Comment\n" + "cold\n" * 20000)
        self.assertEqual(lyt("import", "--dry-run", path, check=0).err, "")
        terminal, end = pty.openpty()
        process = subprocess.Popen([LYT, "import", "--dry-run", path], stdout=subprocess.DEVNULL, stderr=end)
        os.close(end)
        shown = b""
        while True:
            try:
                piece = os.read(terminal, 4096)
            except OSError:  # the other end is closed
                break
            if not piece:
                break
            shown += piece
        os.close(terminal)
        self.assertEqual(process.wait(), 0)
        self.assertIn(b"answers.csv", shown)
        self.assertIn(b"%", shown)

    def test_nobody_there_is_an_error_and_leaves_no_journal(self):
        path = self.write("answers.csv", TABLE)
        state = os.path.join(self.folder, "state")
        os.mkdir(state)
        done = lyt("import", "--state", state, path, check=1)
        self.assertIn("no service runs in this state", done.err)
        self.assertEqual(os.listdir(state), [])


class SurveyMonkey:
    """The two pages of its interface that are asked for, on this machine."""

    def __init__(self):
        self.answers, self.asked, self.status, self.body = [], [], 200, None
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                where = urllib.parse.urlsplit(self.path)
                given = dict(urllib.parse.parse_qsl(where.query))
                outer.asked.append((where.path, given, self.headers.get("Authorization")))
                since, page, size = given.get("start_modified_at", ""), int(given["page"]), 2
                found = [a for a in outer.answers if a["date_modified"][:19] >= since]
                body = {"data": found[(page - 1) * size:page * size], "links": {}}
                if page * size < len(found):
                    body["links"]["next"] = "https://elsewhere.example.com/?page=%d" % (page + 1)
                raw = outer.body if outer.body is not None else json.dumps(body).encode()
                self.send_response(outer.status)
                if outer.status == 302:
                    self.send_header("Location", "http://127.0.0.1:1/")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def add(self, number, second, text, state="completed"):
        self.answers.append({
            "id": str(number), "survey_id": "555", "response_status": state,
            "date_modified": "2026-11-22T05:10:%02d+00:00" % second,
            "custom_variables": {"room": "214"},
            "pages": [{"questions": [{"heading": "Why?", "answers": [{"text": text}]}]}]})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Fetch(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-fetch-")
        self.token = os.path.join(self.folder, "token")
        with open(self.token, "w") as file:
            file.write("the-token\n")
        os.chmod(self.token, 0o600)

    def tearDown(self):
        shutil.rmtree(self.folder)

    def fetch(self, service, monkey, *more, code=0):
        return lyt("fetch", "surveymonkey", "--survey", "555", "--token", self.token, "--state", service.state,
                   "--api", monkey.url, "-p", "havnen", "--json", *more, check=code)

    def counts(self, *given, **more):
        return json.loads(self.fetch(*given, **more).out)

    def test_what_is_new_is_fetched_once(self):
        with Service() as service, SurveyMonkey() as monkey:
            for n in range(5):
                monkey.add(n, n // 2, "The lift is broken, says guest %d" % n, "partial" if n == 3 else "completed")
            self.assertEqual(len(self.fetch(service, monkey, "--dry-run").out.splitlines()), 4)
            first = self.counts(service, monkey)
            self.assertEqual((first["answers"], first["accepted"], first["partial"]), (5, 4, 1))
            rows = service.rows("SELECT source_id, channel, property, place, text FROM feedback ORDER BY id")
            self.assertEqual(rows[0], ("surveymonkey:0", "survey", "havnen", "214", "The lift is broken, says guest 0"))
            path, given, token = monkey.asked[-1]
            self.assertEqual((path, given["page"], token), ("/v3/surveys/555/responses/bulk", "3", "Bearer the-token"))
            again = self.counts(service, monkey)
            self.assertEqual((again["accepted"], again["duplicate"], again["before"]), (0, 0, 1))
            self.assertEqual(monkey.asked[-1][1]["start_modified_at"], "2026-11-22T05:10:02")
            # one of the very second that was the last, and one after it
            monkey.add(7, 2, "Cold")
            monkey.add(8, 9, "Loud")
            more = self.counts(service, monkey)
            self.assertEqual((more["accepted"], more["before"]), (2, 1))
            self.assertEqual(len(service.rows("SELECT 1 FROM feedback")), 6)

    def test_what_goes_wrong_is_told_and_forgets_nothing(self):
        with Service() as service, SurveyMonkey() as monkey:
            monkey.add(1, 1, "Cold")
            for status, body, part in ((401, b"{}", "does not take the token"), (404, b"{}", "no survey"),
                                       (429, b"{}", "too often"), (500, b"", "answered 500"),
                                       (302, b"", "answered 302"), (200, b"<html>", "page of responses"),
                                       (200, b"{}", "page of responses"), (200, b"[", "page of responses"),
                                       (200, b'{"data":[{"response_status":"completed"}]}', "without id")):
                monkey.status, monkey.body = status, body
                done = self.fetch(service, monkey, code=1)
                self.assertIn(part, done.err)
                self.assertNotIn("the-token", done.err + done.out)
            monkey.status, monkey.body = 200, None
            self.assertEqual(self.counts(service, monkey)["accepted"], 1)
            self.assertIn("https only", lyt("fetch", "surveymonkey", "--survey", "555", "--token", self.token, "--state",
                                            service.state, "--api", "http://api.example.com", check=2).err)
            os.chmod(self.token, 0o644)
            self.assertIn("token", self.fetch(service, monkey, code=1).err)


class Codes(unittest.TestCase):
    @unittest.skipUnless(ZBAR, "needs zbar-tools")
    def test_codes_are_read_by_another_reader(self):
        with tempfile.TemporaryDirectory(prefix="lyt-codes-") as folder:
            key = os.path.join(folder, "key")
            lyt("tag", "key", key, check=0)
            for n, place in enumerate(["214", "Værelse 3.14", "x" * 63, "Bar & grill, 1. sal"]):
                picture = os.path.join(folder, "%d.png" % n)
                link = lyt("tag", "new", "--key", key, "--base-url", "https://feedback.example.dk", "-p", "havnen",
                           "--place", place, "--qr", picture, "--scale", n + 3, check=0).out.strip()
                read = subprocess.run([ZBAR, "-q", "--raw", picture], stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, check=True).stdout.decode().strip()
                self.assertEqual(read, link)
                checked = json.loads(lyt("tag", "check", "--key", key, "--json", read, check=0).out)
                self.assertEqual(checked["place"], place)


if __name__ == "__main__":
    assert os.path.exists(LYT)
    sys.exit(unittest.main(verbosity=2))
