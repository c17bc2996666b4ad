"""What a running house reads again: words for guests, words that opt out, the keys of addresses and of tags, the days
that things are kept; all of it or nothing. And another key for addresses (`lyt guest rekey`), killed at any moment."""

import json
import os
import re
import signal
import subprocess
import unittest

from guestreply_test import CHANNELS, COLD_DA, DIRTY_DA, GUEST, House
from lyt_http import Web
from lyt_service import LIMIT_S, LYT, ROOT, lyt, main, wait_for

OLD, NEW = "a1" * 32, "b2" * 32


class Reload(unittest.TestCase):
    def reload(self, house, refused=None):
        done = lyt("reload", "--state", house.service.state, check=1 if refused else 0)
        if refused:
            self.assertIn(refused, done.err)
            self.assertIn("all stays as it was", done.err)
            self.assertIn(refused, house.service.status()["reload"]["why"])

    def line_of(self, begin):
        """Where that stands in the scenario of cold water."""
        with open(os.path.join(ROOT, "models", "hotel", "scenarios", "no-hot-water.yaml"), encoding="utf-8") as file:
            return 1 + [line.startswith(begin) for line in file].index(True)

    def own(self, house, change):
        """The scenario of cold water, with the house's own words."""
        folder = os.path.join(house.service.state, "own", "scenarios")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(ROOT, "models", "hotel", "scenarios", "no-hot-water.yaml"), encoding="utf-8") as file:
            text = file.read()
        with open(os.path.join(folder, "no-hot-water.yaml"), "w", encoding="utf-8") as file:
            file.write(change(text))

    def test_RE_02_SL_13_guests_are_told_the_new_words_and_never_those_of_a_bad_file(self):
        was, now = "Vi beklager det kolde vand.", "Det kolde vand er vores skyld."
        with House() as house:
            house.text(COLD_DA)
            self.assertIn(was, house.wait_sent(1, "the reply")[0][1])
            self.own(house, lambda text: text.replace(was, now))
            house.text(COLD_DA.replace("214", "215"), sender="+4550505534")
            self.assertIn(was, house.wait_sent(2, "the reply before the reload")[1][1])
            self.reload(house)
            house.text(COLD_DA.replace("214", "216"), sender="+4550505535")
            self.assertIn(now, house.wait_sent(3, "the reply in new words")[2][1])
            self.own(house, lambda text: text.replace(was, "Uden").replace("severity: 3", "severity: nine"))
            self.reload(house, refused="no-hot-water.yaml:%d:" % self.line_of("severity: "))
            house.text(COLD_DA.replace("214", "217"), sender="+4550505536")
            self.assertIn(now, house.wait_sent(4, "the words before the bad file")[3][1])

    def test_CH_06_SL_13_words_that_opt_out_are_read_again(self):
        with House() as house:
            house.text("nok er nok")
            self.assertEqual(house.service.rows("SELECT count(*) FROM consent"), [(0,)])
            house.write("channels.yaml", CHANNELS.replace("opt_out: {again", "opt_out: {words: {da: [nok er nok]}, again"))
            self.reload(house)
            house.text("Nok er nok!")
            self.assertEqual(house.service.rows("SELECT what FROM consent"), [("stop",)])
            self.assertIn("ikke flere beskeder", house.wait_sent(1, "the confirmation")[0][1])
            house.write("channels.yaml", CHANNELS.replace("opt_out:", "opt_aut:"))
            self.reload(house, refused="channels.yaml:6:1: unknown key 'opt_aut'; did you mean 'opt_out'?")
            house.text("nok er nok", sender="+4550505540")
            self.assertEqual(house.service.rows("SELECT count(*) FROM consent"), [(2,)], "as it was")

    def address(self, house, number, key_file):
        """What the key in the file opens for the guest of that message; None: another key sealed it."""
        done = lyt("guest", "contact", "--message", number, "--contacts", key_file, "--state", house.service.state)
        if done.returncode:
            self.assertIn("does not open this guest's address", done.err)
            return None
        return done.out.strip()

    def test_CH_15_SL_13_the_key_of_addresses_is_read_again(self):
        key = "replies: {house: Hotel Havnen, language: da, key: addresses}"
        house = House(replies=key)
        for name, text in (("addresses", OLD), ("only-old", OLD), ("only-new", NEW)):
            house.write(name, text + "\n")
        with house:
            house.text(COLD_DA)
            house.wait_sent(1, "the reply")
            house.write("addresses", OLD + "\n" + NEW + "\n")
            self.reload(house)
            other = "+4550505550"
            house.text(COLD_DA.replace("214", "215"), sender=other)
            house.wait_sent(2, "the reply")
            self.assertEqual(self.address(house, 1, house.path("only-old")), GUEST)
            self.assertIsNone(self.address(house, 1, house.path("only-new")))
            self.assertEqual(self.address(house, 2, house.path("only-new")), other, "sealed with the newest")
            # both are open still
            for number in (1, 2):
                house.act("reply", number, "--say", "solved")
            self.assertEqual(sorted(to for to, _ in house.wait_sent(4, "more words")[2:]), sorted([GUEST, other]))
            for text, mode, why in (("short\n", 0o600, "a key has at least 32 characters"), ("", 0o600, "holds no secret"),
                                    (NEW + "\n", 0o644, "others may read this secret")):
                house.write("addresses", text)
                os.chmod(house.path("addresses"), mode)
                self.reload(house, refused=why)
                self.assertIn("addresses", house.service.status()["reload"]["why"])
            os.unlink(house.path("addresses"))
            self.reload(house, refused="addresses")
            house.text(DIRTY_DA, sender="+4550505551")
            house.wait_sent(5, "with the keys from before")
            self.assertEqual(self.address(house, 3, house.path("only-new")), "+4550505551")

    def test_CH_09_SL_13_keys_of_tags_are_read_again(self):
        house = House()
        first, second = bytes(range(32)).hex(), bytes(range(1, 33)).hex()
        house.service.options += ("--tag-keys", house.path("tags"))
        with house:
            def tag(key):
                house.write("key", "link " + key + "\n")
                made = lyt("tag", "new", "--base-url", "https://x.example", "-p", "havnen", "--place", "214", "-k",
                           house.path("key"), check=0)
                return re.search(r"https://x\.example(/t/\S+)", made.out).group(1)

            paths = [tag(first), tag(second)]
            web = Web(house.service)
            self.assertEqual([web.get(path).status for path in paths], [200, 404])
            house.write("tags", "link " + second + "\nlink " + first + "\n")
            self.reload(house)
            self.assertEqual([web.get(path).status for path in paths], [200, 200])
            house.write("tags", "link " + second + "\n")
            self.reload(house)
            self.assertEqual([web.get(path).status for path in paths], [404, 200])
            house.write("tags", "link 12\n")
            self.reload(house, refused="tags: key 1 is none")
            self.assertEqual([web.get(path).status for path in paths], [404, 200])

    def test_PR_04_SL_13_days_that_things_are_kept_are_read_again(self):
        house = House(automatic="lift-broken")
        house.write("retention.yaml", "retention: {text: always}\n")
        # a day of the service takes four seconds
        house.service.options += ("--retention", house.path("retention.yaml"), "--speed", "20000")
        with house:
            house.text("Tak for et dejligt ophold, alt var perfekt")
            kept = "SELECT text FROM feedback WHERE id = 1"
            self.assertIn("dejligt", house.service.rows(kept)[0][0])
            house.write("retention.yaml", "retention: {text: 1, verdict: 2}\n")
            self.reload(house, refused="retention.yaml:1:22: unknown key 'verdict'; did you mean 'verdicts'?")
            house.write("retention.yaml", "retention: {text: -1}\n")
            self.reload(house, refused="retention.yaml:1:19:")
            day = self.runs(house)
            wait_for(lambda: self.runs(house) > day, "a run by the rules from before")
            self.assertIn("dejligt", house.service.rows(kept)[0][0], "a bad file takes nothing away")
            house.write("retention.yaml", "retention: {text: 1}\n")
            self.reload(house)
            wait_for(lambda: not house.service.rows(kept)[0][0], "the words to go")

    def runs(self, house):
        return house.service.read_log().count("LYT-RETENTION ")


class Rekey(unittest.TestCase):
    def fill(self, house, n):
        return ["+45600%05d" % i for i in range(n) if house.text("Tak for god service", sender="+45600%05d" % i) is None]

    def addresses(self, house):
        """What opens, in the order of the messages, with the file that the service has."""
        n = house.service.rows("SELECT count(*) FROM feedback")[0][0]
        got = []
        for number in range(1, n + 1):
            got.append(lyt("guest", "contact", "--message", number, "--state", house.service.state, check=0).out.strip())
        return got

    def keys(self, house):
        with open(os.path.join(house.service.state, "contacts.key")) as file:
            return file.read().split()

    def rekey(self, house, *more):
        return json.loads(lyt("guest", "rekey", "--json", "--state", house.service.state, *more, check=0).out)

    def test_CH_15_another_key_while_it_runs_and_while_it_does_not(self):
        with House() as house:
            guests = self.fill(house, 8)
            before = self.keys(house)
            sealed = dict(house.service.rows("SELECT guest, sealed FROM contact"))
            self.assertEqual(self.rekey(house), {"addresses": 8, "resealed": 8, "unreadable": 0, "old_keys": 1,
                                                 "old_keys_removed": True, "service_told": True})
            after = self.keys(house)
            self.assertEqual(len(after), 1)
            self.assertNotEqual(after, before)
            self.assertEqual(os.stat(os.path.join(house.service.state, "contacts.key")).st_mode & 0o777, 0o600)
            fresh = dict(house.service.rows("SELECT guest, sealed FROM contact"))
            self.assertEqual(set(fresh), set(sealed))
            self.assertFalse(set(fresh.values()) & set(sealed.values()))
            self.assertEqual(self.addresses(house), guests)
            # the service seals with the new one, and can answer those from before
            house.text(COLD_DA)
            house.wait_sent(1, "the reply")
            self.assertEqual(self.addresses(house), guests + [GUEST])
            self.assertEqual(house.service.stop(), 0)
            self.assertEqual(self.rekey(house, "--keep-old")["service_told"], False)
            self.assertEqual(len(self.keys(house)), 2)
            self.assertEqual(self.rekey(house)["resealed"], 0, "it goes on, and takes the old one away")
            self.assertEqual(len(self.keys(house)), 1)
            house.service.start()
            self.assertEqual(self.addresses(house), guests + [GUEST])
            self.check_refusals(house)

    def check_refusals(self, house):
        state = house.service.state
        self.assertIn("it takes no GUEST", lyt("guest", "rekey", "anna", "--state", state, check=2).err)
        self.assertIn("nowhere", lyt("guest", "rekey", "--contacts", "/nowhere", "--state", state, check=1).err)
        self.assertIn("no database", lyt("guest", "rekey", "--state", house.folder, check=1).err)
        # a service that cannot read its files now keeps both keys, and so does the file
        house.write("channels.yaml", "nonsense: 1\n")
        refused = lyt("guest", "rekey", "--state", state, check=1).err
        self.assertIn("the service refused its files", refused)
        self.assertIn("channels.yaml:1:1", refused)
        self.assertEqual(len(self.keys(house)), 2)
        house.write("channels.yaml", CHANNELS)
        danish = lyt("guest", "rekey", "--language", "da", "--state", state, check=0).out
        self.assertIn("forseglet på ny; gamle nøgler: 1, fjernet", danish)

    def test_CH_15_killed_at_any_moment_no_address_is_lost(self):
        """Each run is killed a little later than the one before, until one ends by itself."""
        with House() as house:
            guests = self.fill(house, 30)
            killed, delay_s = 0, 0.0
            self.assertEqual(house.service.stop(), 0)
            while True:
                run = subprocess.Popen([LYT, "guest", "rekey", "--state", house.service.state], stdout=subprocess.DEVNULL)
                try:
                    code = run.wait(timeout=delay_s)
                except subprocess.TimeoutExpired:
                    run.send_signal(signal.SIGKILL)
                    run.wait(timeout=LIMIT_S)
                    killed += 1
                    delay_s += 0.002
                    self.assertEqual(self.addresses(house) if killed % 5 == 0 else guests, guests)
                    continue
                self.assertEqual(code, 0)
                break
            self.assertGreater(killed, 3)
            self.assertEqual(len(self.keys(house)), 1)
            self.assertEqual(self.addresses(house), guests)

    def test_CH_15_killed_beside_a_service_that_goes_on_taking_messages(self):
        with House() as house:
            guests = self.fill(house, 5)
            for wait in ("LYT-RELOADED", "", "LYT-RELOADED"):
                seen = house.service.read_log().count("LYT-RELOADED")
                run = subprocess.Popen([LYT, "guest", "rekey", "--state", house.service.state], stdout=subprocess.DEVNULL)
                if wait:
                    wait_for(lambda: house.service.read_log().count(wait) > seen, "the service to know the key")
                run.send_signal(signal.SIGKILL)
                run.wait(timeout=LIMIT_S)
                house.text("Tak for alt", sender="+4561%06d" % len(guests))
                guests.append("+4561%06d" % len(guests))
                self.assertEqual(self.addresses(house), guests)
            self.rekey(house)
            self.assertEqual(len(self.keys(house)), 1)
            self.assertEqual(self.addresses(house), guests)


if __name__ == "__main__":
    main()
