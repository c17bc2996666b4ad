"""Another key on every pseudonym of a state folder (`lyt privacy rekey`): row by row against Python's hmac, killed at
every stage, and with a service that would not know its guests any more."""

import contextlib
import hashlib
import hmac
import json
import os
import re
import signal
import sqlite3
import subprocess
import time
import unittest

from guestreply_test import COLD_DA, DIRTY_DA, GUEST, OTHER, House
from lyt_service import LIMIT_S, LYT, lyt, main, wait_for

NAME = re.compile(r"\bg[0-9a-f]{32}\b")
# what is not the same but for the pseudonyms: sealed anew, made anew, counted, of what was
ELSEWHERE = {"about": None, "snapshot": None, "contact": "sealed", "outbox": "lane"}
MANY = 60000


def next_name(key, old):
    return "g" + hmac.new(key.encode(), old.encode(), hashlib.sha256).hexdigest()[:32]


def made_with(keys, number):
    for key in keys:
        number = next_name(key, number)
    return number


def mark_of(keys):
    return made_with(keys, "lyt: of which keys")[1:17]


class Folder:
    """The state and key file of a house whose service is stopped."""

    def __init__(self, house):
        self.house, self.state, self.file = house, house.service.state, house.path("pseudonyms")

    def keys(self):
        with open(self.file) as file:
            return file.read().split()

    def dump(self):
        """All rows of all tables, without what differs anyway."""
        # one that stays open sees nothing of what a service writes that is started later
        with contextlib.closing(sqlite3.connect("file:%s/lyt.db?mode=ro" % self.state, uri=True)) as db:
            db.row_factory = sqlite3.Row
            tables = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            return {table: sorted(repr([(key, row[key]) for key in row.keys() if key != ELSEWHERE.get(table)])
                                  for row in db.execute("SELECT * FROM %s" % table))
                    for table in tables if table in ("contact", "outbox") or table not in ELSEWHERE}

    def names(self):
        return set(NAME.findall(str(self.dump())))

    def bytes(self):
        got = b""
        for folder, _, files in os.walk(self.state):
            for name in files:
                with open(os.path.join(folder, name), "rb") as file:
                    got += file.read()
        return got

    def rekey(self, *more, check=0):
        done = lyt("privacy", "rekey", "--pseudonyms", self.file, "--state", self.state, *more, check=check)
        return json.loads(done.out) if "--json" in more and not check else done

    def value(self, sql):
        return self.house.service.rows(sql)[0][0]


class Rekey(unittest.TestCase):
    def fill(self, house):
        """Every place that a pseudonym may stand in."""
        house.text(COLD_DA)
        house.wait_sent(1, "the reply")
        house.text(DIRTY_DA, sender=OTHER)
        house.wait_sent(2, "the reply")
        house.text("STOP", sender=OTHER)
        house.wait_sent(3, "the confirmation")
        guest = made_with(["ab" * 32], GUEST)
        house.act("note", 1, "--note", "%s har ringet (%s)" % (guest, guest))
        for event in ({"type": "order", "guest": guest, "item": "smoothie", "at": "2026-11-26T08:00:00Z"},
                      {"type": "stay", "id": "s1", "guest": guest, "property": "havnen", "place": "214",
                       "arrives": "2026-11-20T14:00:00Z", "departs": "2099-11-30T10:00:00Z"},
                      {"type": "booking.rejected", "subject": guest, "at": "2026-11-26T08:00:00Z"}):
            lyt("event", "--state", house.service.state, "-", stdin=json.dumps(event) + "\n", check=0)
        return guest

    def test_PR_05_every_row_has_the_next_pseudonym_and_guests_stay_who_they_are(self):
        with House() as house:
            folder, guest = Folder(house), self.fill(house)
            self.assertIn("another lyt is using this state", folder.rekey(check=1).err)
            self.assertEqual(folder.keys(), ["ab" * 32], "and no key was made")
            self.assertEqual(house.service.stop(), 0)
            before, names = folder.dump(), folder.names()
            self.assertIn(guest, names)
            for table in ("feedback", "event", "fact", "history", "note", "stay", "behaviour", "contact", "consent", "reply"):
                self.assertTrue(NAME.search(str(before[table])) or table == "event", table)
            said = folder.rekey("--json")
            keys = folder.keys()
            self.assertEqual((len(keys), keys[0], os.stat(folder.file).st_mode & 0o777), (2, "ab" * 32, 0o600))
            self.assertEqual((said["keys"], said["new_key"], said["unreadable"]), (2, True, 0))
            self.assertEqual((said["messages"], said["addresses"]), (2, 2))
            self.maxDiff = 2000
            for table, rows in before.items():
                expected = sorted(NAME.sub(lambda found: next_name(keys[1], found.group()), row) for row in rows)
                self.assertEqual(folder.dump()[table], expected, table)
            left = folder.bytes()
            for name in names:
                self.assertNotIn(name.encode(), left)
            self.go_on(house, folder, keys)

    def go_on(self, house, folder, keys):
        """The same guests, the same case, the same wishes."""
        house.service.start()
        house.text("Der er stadig intet varmt vand på 214")
        self.assertEqual(folder.value("SELECT count(DISTINCT sender) FROM feedback"), 2)
        self.assertEqual(folder.value("SELECT sender FROM feedback ORDER BY id DESC"), made_with(keys, GUEST))
        self.assertEqual(folder.value("SELECT n_messages FROM incident WHERE id = 1"), 2, "it joins its case")
        house.act("reply", 1, "--note", "Vi kommer nu. Ring 9.")
        self.assertEqual(house.wait_sent(4, "the reply to the address sealed anew")[3], (GUEST, "Vi kommer nu. Ring 9."))
        self.assertIn("wants no messages", house.act("reply", 2, "--note", "Ring 9.", check=1).err)
        self.assertEqual(house.service.stop(), 0)

    def test_PR_05_PR_12_a_key_that_is_not_on_what_is_kept_is_noticed(self):
        with House() as house:
            folder = Folder(house)
            self.fill(house)
            with open(folder.file, "a") as file:
                file.write("cd" * 32 + "\n")
            refused = lyt("reload", "--state", folder.state, check=1).err
            self.assertIn("lyt privacy rekey", refused)
            house.text(COLD_DA.replace("214", "215"))
            self.assertEqual(folder.value("SELECT count(DISTINCT sender) FROM feedback"), 2, "all stays as it was")
            self.assertEqual(house.service.stop(), 0)
            self.check_start_is_refused(house, "let 'lyt privacy rekey' put it on")
            said = folder.rekey("--json")
            self.assertEqual((said["keys"], said["new_key"], said["messages"]), (2, False, 3))
            self.assertEqual(folder.value("SELECT sender FROM feedback WHERE id = 1"), made_with(folder.keys(), GUEST))
            house.service.start()
            self.assertEqual(house.service.stop(), 0)
            self.check_refusals(house, folder)

    def test_PR_05_CH_06_a_copy_of_before_the_new_key_is_brought_up_and_forgets_no_stop(self):
        with House() as house:
            folder = Folder(house)
            self.fill(house)
            lyt("backup", house.path("copy.db"), "--state", folder.state, check=0)
            house.text("STOP")
            house.wait_sent(4, "the confirmation")
            self.assertEqual(house.service.stop(), 0)
            folder.rekey()
            lyt("privacy", "erase", made_with(folder.keys(), OTHER), "--state", folder.state, check=0)
            lyt("restore", house.path("copy.db"), "--state", folder.state, "--force", check=0)
            self.check_start_is_refused(house, "let 'lyt privacy rekey' put it on")
            said = folder.rekey("--json")
            self.assertEqual((said["new_key"], said["erased_again"]), (False, 1))
            self.assertEqual(folder.value("SELECT text FROM feedback WHERE id = 2"), "", "who was erased since stays so")
            self.assertNotIn(DIRTY_DA.encode(), folder.bytes())
            keys = folder.keys()
            self.assertEqual(len(keys), 2)
            # who said it before the copy, and who said it after: both as new messages know them
            self.assertEqual({row[0] for row in house.service.rows("SELECT guest FROM consent WHERE what = 'stop'")},
                             {made_with(keys, GUEST), made_with(keys, OTHER)})
            house.service.start()
            self.assertIn("wants no messages", house.act("reply", 1, "--note", "Ring 9.", check=1).err)
            self.assertEqual(house.service.stop(), 0)

    def check_start_is_refused(self, house, why):
        with self.assertRaisesRegex(AssertionError, why):
            house.service.start()
        house.service.process = None  # it has ended, as it should

    def check_refusals(self, house, folder):
        keys = folder.keys()
        house.write("pseudonyms", keys[1] + "\n")
        self.assertIn("keys that are not in this file", folder.rekey(check=1).err)
        self.check_start_is_refused(house, "bring back the file as it was")
        house.write("pseudonyms", "".join(key + "\n" for key in keys + ["%02d" % i * 32 for i in range(6)]))
        folder.rekey()
        self.assertIn("has 8 keys", folder.rekey(check=1).err)
        os.chmod(folder.file, 0o644)
        self.assertIn("others may read this secret", folder.rekey(check=1).err)
        os.chmod(folder.file, 0o600)
        os.rename(os.path.join(folder.state, "contacts.key"), house.path("moved"))
        self.assertIn("--contacts FILE", folder.rekey(check=1).err)
        self.assertIn("nowhere", folder.rekey("--contacts", "/nowhere", check=1).err)
        house.write("foreign", "ef" * 32 + "\n")
        house.write("pseudonyms", "".join(key + "\n" for key in folder.keys()[:-1]))
        self.assertIn("keys that are not in this file", folder.rekey("--contacts", house.path("moved"), check=1).err)
        for args, why in ((["anna"], "it takes no GUEST"), (["--message", "1"], "it takes no GUEST")):
            self.assertIn(why, folder.rekey(*args, check=2).err)
        self.assertIn("needs --pseudonyms FILE", lyt("privacy", "rekey", "--state", folder.state, check=2).err)
        self.assertIn("no database", lyt("privacy", "rekey", "--pseudonyms", folder.file, "--state", house.folder,
                                         check=1).err)

    def grow(self, folder):
        """So many guests that there is time to be killed in."""
        with sqlite3.connect(os.path.join(folder.state, "lyt.db")) as db:
            db.execute("PRAGMA journal_mode=WAL")
            columns = [row[1] for row in db.execute("PRAGMA table_info(feedback)") if row[1] not in ("id", "sender")]
            db.executemany("INSERT INTO feedback(sender, %s) SELECT ?, %s FROM feedback WHERE id = 1"
                           % (", ".join(columns), ", ".join(columns)),
                           [(made_with(["ab" * 32], "+45%08d" % i),) for i in range(MANY)])
            db.execute("INSERT INTO verdict SELECT f.id, v.at_us, v.pack_version, v.json, v.parked FROM feedback f,"
                       " verdict v WHERE v.feedback_id = 1 AND f.id NOT IN (SELECT feedback_id FROM verdict)")
        db.close()

    def check_whole(self, folder):
        """All of the store is of so many keys, and it says of how many; they are in the file."""
        n = [mark_of(folder.keys()[:n]) for n in range(1, 4)].index(folder.value(
            "SELECT value FROM about WHERE key = 'pseudonyms'")) + 1
        senders = {row[0] for row in folder.house.service.rows("SELECT sender FROM feedback WHERE id > 2")}
        self.assertEqual(senders, {made_with(folder.keys()[:n], "+45%08d" % i) for i in range(MANY)})
        return n

    def kill_when(self, folder, condition):
        """False: it was done before."""
        process = subprocess.Popen([LYT, "privacy", "rekey", "--pseudonyms", folder.file, "--state", folder.state],
                                   stdout=subprocess.DEVNULL)
        end = time.monotonic() + LIMIT_S
        while process.poll() is None and not condition():
            self.assertLess(time.monotonic(), end)
        process.kill()
        return process.wait() == -signal.SIGKILL

    def test_PR_05_killed_at_any_moment_it_is_as_before_or_done(self):
        with House() as house:
            folder = Folder(house)
            self.fill(house)
            self.assertEqual(house.service.stop(), 0)
            self.grow(folder)
            log = os.path.join(folder.state, "lyt.db-wal")

            def size():
                return os.path.getsize(log) if os.path.exists(log) else 0

            self.assertTrue(self.kill_when(folder, lambda: len(folder.keys()) == 2))
            self.assertEqual(self.check_whole(folder), 1)
            self.check_start_is_refused(house, "let 'lyt privacy rekey' put it on")
            stages = []
            for bytes_ in (1 << 16, 1 << 20, 3 << 20):
                if self.kill_when(folder, lambda: size() > bytes_):
                    stages.append(self.check_whole(folder))
            self.assertIn(1, stages, "killed within the transaction, nothing had happened")
            # once more, killed when it is done and what was before is not gone yet
            self.kill_when(folder, lambda: folder.value("SELECT value FROM about WHERE key = 'pseudonyms'")
                           == mark_of(folder.keys()))
            self.assertEqual((self.check_whole(folder), len(folder.keys())), (2, 2))
            old = made_with(["ab" * 32], "+45%08d" % (MANY - 1))
            folder.rekey()
            self.check_end(house, folder, old)

    def check_end(self, house, folder, old):
        self.assertIn((self.check_whole(folder), len(folder.keys())), ((2, 2), (3, 3)))
        self.assertNotIn(old.encode(), folder.bytes())
        self.assertEqual(folder.value("SELECT count(*) FROM about WHERE key = 'pseudonyms.ends'"), 0)
        house.service.start()
        house.text(COLD_DA)
        self.assertEqual(folder.value("SELECT sender FROM feedback ORDER BY id DESC"), made_with(folder.keys(), GUEST))
        wait_for(house.service.all_classified, "the verdict")


if __name__ == "__main__":
    main()
