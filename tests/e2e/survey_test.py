"""Surveys and mails into a running service; QR codes read by somebody else's reader.

The service is a real one on free ports; what it has is read from its database.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

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
            self.assertEqual(first, {"rows": 5, "accepted": 4, "duplicate": 0, "before": 0, "empty": 1,
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

    def test_nobody_there_is_an_error_and_leaves_no_journal(self):
        path = self.write("answers.csv", TABLE)
        state = os.path.join(self.folder, "state")
        os.mkdir(state)
        done = lyt("import", "--state", state, path, check=1)
        self.assertIn("no service runs in this state", done.err)
        self.assertEqual(os.listdir(state), [])


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
