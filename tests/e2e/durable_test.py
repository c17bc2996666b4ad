"""What is kept: copied while the service runs, brought back, given out, erased, and let go of when it is too old."""

import datetime
import json
import os
import shutil
import sqlite3
import tempfile
import threading
import unittest

from lyt_service import Service, lyt, main, wait_for

TABLES = ("feedback", "verdict", "incident", "history", "event", "stream", "fact", "cursor", "dead")
NAME, WORDS, PRAISE = "g-annabel-4711", "xylophonically freezing", "xylophonically lovely"


def tables(path):
    with sqlite3.connect("file:%s?mode=ro" % path, uri=True) as db:
        return {name: db.execute("SELECT * FROM %s ORDER BY 1, 2" % name).fetchall() for name in TABLES}


def message(n, sender, text):
    return json.dumps({"id": "d%d-%s" % (n, sender), "channel": "sms", "place": str(n), "from": sender, "text": text}) + "\n"


def send(service, rows):
    lyt("send", "--state", service.state, "--jsonl", stdin="".join(message(*row) for row in rows), check=0)


class Durable(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-durable-")
        self.addCleanup(shutil.rmtree, self.folder, True)
        self.copy = os.path.join(self.folder, "copy.db")
        self.other = os.path.join(self.folder, "other")

    def test_op06_a_copy_under_load_is_whole_and_comes_back(self):
        with Service() as service:
            send(service, [(n, "g%d" % n, "the room is freezing, no %d" % n) for n in range(50)])
            load = threading.Thread(target=send, args=(service, [(n, "h%d" % n, "all was well") for n in range(3000)]))
            load.start()
            said = json.loads(lyt("backup", self.copy, "--state", service.state, "--json", check=0).out)
            load.join()
            self.assertGreaterEqual(said["messages"], 50)
            wait_for(service.all_classified, "all verdicts")
            self.assertIn("is there already", lyt("backup", self.copy, "--state", service.state, check=1).err)

            def copied():
                """All of it as it is, once the service has nothing more to say of what came."""
                said = json.loads(lyt("backup", self.copy, "--force", "--json", "--state", service.state, check=0).out)
                live = tables(os.path.join(service.state, "lyt.db"))
                return tables(self.copy) == live and (said, live)

            said, live = wait_for(copied, "a copy that is the same")
            refused = lyt("restore", self.copy, "--force", "--state", service.state, check=1)
            self.assertIn("another lyt is using", refused.err)
            publisher = service.rows("SELECT value FROM about WHERE key = 'publisher'")
        # the hash is that of all that is kept, on this machine or another; one letter more is another state
        of = lambda path: json.loads(lyt("backup", "--check", path, "--json", check=0).out)["hash"]
        back = json.loads(lyt("restore", self.copy, "--state", self.other, "--json", check=0).out)
        self.assertRegex(said["hash"], "^[0-9a-f]{64}$")
        self.assertEqual({said["hash"], of(self.copy), back["hash"]}, {of(os.path.join(self.other, "lyt.db"))})
        self.assertEqual(tables(os.path.join(self.other, "lyt.db")), live)
        for change in ("UPDATE verdict SET json = json || ' ' WHERE feedback_id = 7", "DELETE FROM event WHERE seq = 3",
                       "UPDATE feedback SET score = 3 WHERE id = 9", "UPDATE stream SET n = n + 1",
                       "INSERT INTO about(key, value) VALUES('a', 'b')"):
            shutil.copy(self.copy, self.copy + "2")
            with sqlite3.connect(self.copy + "2") as db:
                db.execute(change)
            self.assertNotEqual(of(self.copy + "2"), said["hash"], change)
        with sqlite3.connect(self.copy + "2") as db:
            db.execute("DELETE FROM about WHERE key = 'a'")
            db.commit()
            db.execute("VACUUM")
        self.assertEqual(of(self.copy + "2"), said["hash"], "the same rows in other places")
        self.assertIn("--force", lyt("restore", self.copy, "--state", self.other, check=1).err)
        again = Service()
        shutil.copy(os.path.join(self.other, "lyt.db"), again.state)
        with again as service:
            self.assertNotEqual(service.rows("SELECT value FROM about WHERE key = 'publisher'"), publisher)
            send(service, [(1, "later", "the room is freezing")])
            wait_for(service.all_classified, "all verdicts")
            self.assertEqual(service.rows("SELECT max(id) FROM feedback"), [(len(live["feedback"]) + 1,)])

    def test_pr12_what_guests_wrote_is_for_the_service_alone(self):
        """Also in a folder that others may look into, whatever mode new files have there."""
        with Service() as service:
            os.chmod(service.state, 0o755)
            send(service, [(1, "g", "the room is freezing")])
            wait_for(service.all_classified, "the verdict")
            lyt("backup", self.copy, "--state", service.state, check=0)
            lyt("find", "freezing", "--state", service.state, check=0)
            kept = [os.path.join(service.state, name) for name in os.listdir(service.state)
                    if name.startswith(("lyt.db", "found.db"))]
            self.assertIn(os.path.join(service.state, "lyt.db-wal"), kept)
            for path in kept + [self.copy]:
                self.assertEqual(os.stat(path).st_mode & 0o077, 0, path)

    def test_op13_what_is_no_sound_copy_is_refused_and_nothing_changes(self):
        with Service() as service:
            send(service, [(n, "g%d" % n, "the room is freezing, no %d" % n) for n in range(200)])
            wait_for(service.all_classified, "all verdicts")
            lyt("backup", self.copy, "--state", service.state, check=0)
        lyt("restore", self.copy, "--state", self.other, check=0)
        with open(os.path.join(self.other, "lyt.db"), "rb") as file:
            before = file.read()
        with open(self.copy, "rb") as file:
            good = file.read()

        def newer(path):
            with sqlite3.connect(path) as db:
                db.execute("PRAGMA user_version = 9999")

        cases = {
            "empty": (b"", "no database of Lyt's"),
            "short": (good[: len(good) // 2], "damaged|malformed"),
            "text": (b"this is no database " * 400, "not a database"),
            "page": (good[:8192] + b"\xff" * 4096 + good[12288:], "damaged|malformed"),
        }
        for name, (data, says) in cases.items():
            path = os.path.join(self.folder, name)
            with open(path, "wb") as file:
                file.write(data)
            for command in (("backup", "--check", path), ("restore", path, "--force", "--state", self.other)):
                refused = lyt(*command, check=1)
                self.assertIn(path, refused.err)
                self.assertRegex(refused.err, says)
        newer(self.copy)
        self.assertIn("newer Lyt", lyt("restore", self.copy, "--force", "--state", self.other, check=1).err)
        self.assertIn("no such file", lyt("restore", self.copy + "x", "--state", self.other, check=1).err)
        with open(os.path.join(self.other, "lyt.db"), "rb") as file:
            self.assertEqual(file.read(), before)
        self.assertEqual([n for n in os.listdir(self.other) if "part" in n], [])

    def bytes_with(self, folder, *what):
        found = []
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            if name == "log" or not os.path.isfile(path):
                continue
            with open(path, "rb") as file:
                data = file.read()
            found += ["%s in %s" % (w, name) for w in what if w.encode() in data]
        return found

    def test_pr01_pr03_an_erased_guest_is_gone_to_the_last_byte_and_from_copies_brought_back(self):
        with Service() as service:
            send(service, [(n, "g%d" % n, "the room is freezing, no %d %s" % (n, "x" * (n * 37 % 900))) for n in range(300)])
            send(service, [(900 + n, NAME, "my room is %s, no %d" % (WORDS, n)) for n in range(20)])
            send(service, [(n, "h%d" % n, "the shower is broken, no %d" % n) for n in range(300)])
            wait_for(service.all_classified, "all verdicts")
            incident = service.rows("SELECT incident_id FROM history h JOIN feedback f ON f.id = h.feedback_id"
                                    " WHERE f.sender = ?", NAME)[0][0]
            lyt("incident", "ack", incident, "--by", "jens", "--note", "%s was very sad" % NAME, "--state", service.state, check=0)
            lyt("backup", self.copy, "--state", service.state, check=0)
            told = json.loads(lyt("privacy", "export", NAME, "--state", service.state, check=0).out)
            self.assertEqual(len(told["messages"]), 20)
            self.assertIn(WORDS, told["messages"][0]["text"])
            self.assertEqual(told["messages"][0]["verdict"]["failures"][0]["scenario"],
                             json.loads(service.rows("SELECT json FROM verdict WHERE feedback_id = ?",
                                                     told["messages"][0]["feedback"])[0][0])["failures"][0]["scenario"])
            self.assertIn("%s was very sad" % NAME, json.dumps(told["incidents"]))
            self.assertNotIn('"g1"', json.dumps(told))
            one = told["messages"][3]["feedback"]
            n_rows = {name: len(rows) for name, rows in tables(os.path.join(service.state, "lyt.db")).items()}
            self.assertTrue(self.bytes_with(service.state, NAME, WORDS, "xylophonic"))
            # while others go on sending
            load = threading.Thread(target=send, args=(service, [(n, "i%d" % n, "all was well") for n in range(2000)]))
            load.start()
            said = json.loads(lyt("privacy", "erase", "--message", one, "--json", "--state", service.state, check=0).out)
            load.join()
            self.assertEqual(said["messages"], 20)
            self.assertGreaterEqual(said["events"], 20)
            self.assertTrue(said["service_told"])
            wait_for(service.all_classified, "all verdicts")
            self.assertEqual(service.status()["state"], "ok")
            lyt("privacy", "erase", NAME, "--state", service.state, check=0)
            self.assertEqual(self.bytes_with(service.state, NAME, WORDS, "xylophonic"), [])
            after = {name: len(rows) for name, rows in tables(os.path.join(service.state, "lyt.db")).items()}
            self.assertGreaterEqual(after["event"], n_rows["event"], "numbers and figures stay")
            self.assertEqual(after["incident"], n_rows["incident"])
            self.assertEqual(json.loads(lyt("privacy", "export", NAME, "--state", service.state, check=0).out)["messages"], [])
            self.assertEqual(len(json.loads(lyt("privacy", "export", "g7", "--state", service.state, check=0).out)["messages"]), 1)
            heard = lyt("subscribe", "--state", service.state, "--since", 0, "--count", n_rows["event"], "--json", check=0)
            self.assertEqual([json.loads(line)["seq"] for line in heard.out.splitlines()], list(range(1, n_rows["event"] + 1)))
            shutil.copy(os.path.join(service.state, "erasures"), self.folder)
        said = json.loads(lyt("restore", self.copy, "--state", self.other, "--json", "--erasures",
                              os.path.join(self.folder, "erasures"), check=0).out)
        self.assertEqual(said["erased_again"], 1)
        self.assertEqual(self.bytes_with(self.other, NAME, WORDS, "xylophonic"), [])
        self.assertTrue(self.bytes_with(self.folder, NAME), "the copy itself has it still")

    def test_the_message_of_nobody_is_erased_alone(self):
        with Service() as service:
            send(service, [(1, "", "my room is %s" % WORDS), (2, "", "the shower is broken")])
            wait_for(service.all_classified, "all verdicts")
            number = service.rows("SELECT id FROM feedback WHERE text LIKE ?", "%" + WORDS + "%")[0][0]
            lyt("privacy", "erase", "--message", number, "--state", service.state, check=0)
            self.assertEqual(self.bytes_with(service.state, WORDS), [])
            self.assertEqual(service.rows("SELECT count(*) FROM feedback WHERE text <> ''"), [(1,)])
            self.assertIn("no message 99", lyt("privacy", "erase", "--message", 99, "--state", service.state, check=1).err)
            lyt("privacy", "erase", "--state", service.state, check=2)

    def test_retention_is_listed_done_and_checked(self):
        rules = os.path.join(self.folder, "retention.yaml")
        with open(rules, "w") as file:
            file.write("retention: {text: 30, verdicts: 60, events: 30}\n")
        with Service("hotel", "--retention", rules) as service:
            send(service, [(n, "g%d" % n, "all was %s" % PRAISE) for n in range(20)])
            wait_for(service.all_classified, "all verdicts")
            now = lyt("retention", rules, "--dry-run", "--json", "--state", service.state, check=0)
            self.assertEqual({json.loads(line)["rows"] for line in now.out.splitlines()}, {0})
            later = (datetime.datetime.utcnow() + datetime.timedelta(days=32)).strftime("%Y-%m-%dT%H:%M:%SZ")
            due = lyt("retention", rules, "--dry-run", "--json", "--at", later, "--state", service.state, check=0)
            kinds = {row["kind"]: row["rows"] for row in map(json.loads, due.out.splitlines())}
            self.assertEqual((kinds["text"], kinds["verdicts"]), (20, 0))
            self.assertIn("20 rows", lyt("retention", rules, "--check", "--at", later, "--state", service.state, check=1).err)
            self.assertIn("another lyt", lyt("retention", rules, "--state", service.state, check=1).err)
            state = service.state
            service.stop()
            lyt("retention", rules, "--at", later, "--state", state, check=0)
            lyt("retention", rules, "--check", "--at", later, "--state", state, check=0)
            self.assertEqual(self.bytes_with(state, PRAISE), [])
            self.assertEqual(service.rows("SELECT count(*) FROM feedback"), [(20,)])
        with open(rules, "w") as file:
            file.write("retention: {text: 30, words: 60}\n")
        refused = lyt("serve", "--retention", rules, "--state", self.other, check=1)
        self.assertIn("%s:1:23" % rules, refused.err)


if __name__ == "__main__":
    main()
