"""What an alarm went by is shown after its scenario says something else (SC-05): from the alarm's own version, on the
command line and over HTTP; after a kill, with a full disk, with a damaged copy; and gone when nothing refers to it."""

import json
import os
import shutil
import subprocess
import tempfile
import unittest

from lyt_http import Web
from lyt_service import LYT, ROOT, Service, lyt, main, select_pause, wait_for

PACK = os.path.join(ROOT, "tests", "golden", "minipack")
LOUD = "Loud music from the bar all night"


class House:
    """A service with a copy of the small pack that can be changed."""

    def __init__(self, *options):
        self.folder = tempfile.mkdtemp(prefix="lyt-versions-")
        self.pack = os.path.join(self.folder, "pack")
        shutil.copytree(PACK, self.pack)
        self.service = Service(self.pack, "--force", *options)

    def __enter__(self):
        self.service.__enter__()
        return self

    def __exit__(self, *what):
        try:
            self.service.__exit__(*what)
        finally:
            shutil.rmtree(self.folder)

    def change(self, file, was, now):
        path = os.path.join(self.pack, file)
        with open(path, encoding="utf-8") as text:
            old = text.read()
        assert was in old, (file, was)
        with open(path, "w", encoding="utf-8") as text:
            text.write(old.replace(was, now))

    def alarms(self):
        return [json.loads(row[0]) for row in
                self.service.rows("SELECT json FROM event WHERE topic LIKE 'alarm.%' ORDER BY seq")]

    def complain(self):
        n = len(self.alarms())
        lyt("send", "--state", self.service.state, "--property", "bakken", "--place", str(100 + n), stdin=LOUD + "\n", check=0)
        return wait_for(lambda: self.alarms()[n:], "the alarm")[0]

    def pack_command(self, *words, check=0):
        return lyt("pack", *words, "--state", self.service.state, check=check)

    def shown(self, version):
        return json.loads(self.pack_command("show", "--version", version, "--json").out)


class Versions(unittest.TestCase):
    def test_SC_05_an_alarm_leads_to_what_raised_it(self):
        with House() as house:
            first = house.complain()
            house.change("scenarios/noise.yaml", "severity: 1", "severity: 3")
            house.change("lexicons/en.yaml", "- quiet", "- quiet|silent")
            lyt("reload", "--state", house.service.state, check=0)
            second = house.complain()
            self.assertNotEqual(first["version"], second["version"])
            self.assertNotEqual(first["pack"], second["pack"])
            told = house.shown(first["version"])
            self.assertEqual((told["scenario"], told["severity"], told["pack"]), ("noise", 1, first["pack"]))
            self.assertIn("severity: 1", told["yaml"])
            self.assertIn("quiet", [row["pattern"] for row in told["rules"]])
            self.assertTrue(told["used"][0]["from"] < told["used"][0]["to"])
            now = house.shown(second["version"])
            self.assertEqual(now["severity"], 3)
            self.assertIn("quiet|silent", [row["pattern"] for row in now["rules"]])
            self.assertNotIn("to", now["used"][0])
            self.assertEqual(house.shown(first["pack"])["scenarios"], ["noise", "room-not-cleaned", "room-too-cold"])
            changes = json.loads(house.pack_command("diff", first["version"], second["version"], "--json").out)
            self.assertEqual([(row["change"], row["what"]) for row in changes["changes"]],
                             [("removed", "rule"), ("added", "rule"), ("changed", "severity")])
            # over HTTP from the very verdict that the page shows
            web = Web(house.service)
            verdict = web.get("/api/v1/feedback/1").json["message"]["verdict"]
            answer = web.get("/api/v1/versions/" + verdict["failures"][0]["version"])
            self.assertEqual((answer.status, answer.json), (200, told))
            self.assertEqual(web.get("/api/v1/versions/0123456789abcdef").status, 404)
            self.assertEqual(web.get("/api/v1/versions/nonsense").status, 422)
            # written out, it is the pack that it was
            folder = os.path.join(house.folder, "then")
            house.pack_command("show", "--version", first["pack"], "-o", folder)
            again = json.loads(lyt("pack", "show", folder, "--json", check=0).out)
            self.assertIn(first["version"], [row["version"] for row in again["scenarios"]])
            house.pack_command("show", "--version", first["pack"], "-o", folder, check=1)

    def test_SC_05_a_correction_makes_a_version_that_leads_to_the_pack(self):
        with House() as house:
            first = house.complain()
            lyt("correct", "1", "--none", "--by", "lise", "--state", house.service.state, check=0)
            wait_for(lambda: len(self.used(house)) > 1, "the corrected one to be noted")
            taught = self.used(house)[-1]
            self.assertEqual(taught["base"], first["pack"])
            self.assertTrue(house.shown(taught["pack"])["taught"])

    def used(self, house):
        with open(os.path.join(house.service.state, "versions", "used.jsonl"), encoding="utf-8") as file:
            return [json.loads(line) for line in file]

    def test_SC_05_every_alarm_leads_somewhere_wherever_it_is_killed(self):
        with House() as house:
            for n in range(12):
                house.change("pack.yaml", "threshold: 0.%d" % (50 + n) if n else "threshold: 0.5", "threshold: 0.%d" % (51 + n))
                lyt("send", "--state", house.service.state, "--property", "bakken", stdin=LOUD + "\n", check=0)
                reload = subprocess.Popen([LYT, "reload", "--state", house.service.state],
                                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                select_pause(0.03 * n)  # later each time: before, while and after it is kept and used
                house.service.kill()
                reload.kill()
                reload.wait()
                house.service.start()
            wait_for(house.service.all_classified, "the verdicts")
            self.assertGreaterEqual(len(house.alarms()), 12)
            for alarm in house.alarms():
                self.assertEqual(house.shown(alarm["version"])["scenario"], "noise")
                self.assertIn("noise", house.shown(alarm["pack"])["scenarios"])
            house.pack_command("versions")

    def test_SC_05_a_damaged_copy_is_named_and_the_rest_is_shown(self):
        with House() as house:
            first = house.complain()
            file = os.path.join(house.service.state, "versions", first["pack"] + ".pack")
            with open(file, "rb") as kept:
                whole = kept.read()
            for at, names in ((20, "its list"), (len(whole) - 3, "pack/training/en.txt")):
                with open(file, "wb") as kept:
                    kept.write(whole[:at] + b"~" + whole[at + 1:])
                done = house.pack_command("versions", check=1)
                self.assertIn(os.path.basename(file), done.err)
                self.assertIn(names, done.out)
                if at == 20:
                    self.assertIn(os.path.basename(file), house.pack_command("show", "--version", first["version"], check=1).err)
                    self.assertEqual(Web(house.service).get("/api/v1/versions/" + first["version"]).status, 503)
                else:
                    done = house.pack_command("show", "--version", first["version"], check=1)
                    self.assertIn("severity: 1", done.out)
                    self.assertIn(names, done.err)
                    house.pack_command("diff", first["pack"], house.pack, check=1)
            # the same version is used again: it is written as it was read
            house.service.stop()
            house.service.start()
            house.pack_command("versions")

    def test_SC_05_a_version_that_cannot_be_kept_is_not_reloaded_to(self):
        with House() as house:
            house.complain()
            folder = os.path.join(house.service.state, "versions")
            shutil.move(folder, folder + "-away")
            with open(folder, "w"):
                pass  # nothing can be kept where a file is in the way
            house.change("scenarios/noise.yaml", "severity: 1", "severity: 3")
            done = lyt("reload", "--state", house.service.state, check=1)
            self.assertIn("all stays as it was", done.err)
            self.assertEqual(house.complain()["severity"], 1)
            os.unlink(folder)
            shutil.move(folder + "-away", folder)
            lyt("reload", "--state", house.service.state, check=0)
            self.assertEqual(house.complain()["severity"], 3)

    def test_SC_05_a_start_that_cannot_keep_it_goes_on_and_keeps_it_later(self):
        with House() as house:
            house.service.stop()
            folder = os.path.join(house.service.state, "versions")
            shutil.rmtree(folder)
            with open(folder, "w"):
                pass
            house.service.start()
            alarm = house.complain()
            wait_for(lambda: "LYT-VERSION-NOT-KEPT" in house.service.read_log(), "the warning")
            # what was read is kept, whatever lies there now
            house.change("scenarios/noise.yaml", "severity: 1", "severity: 3")
            os.unlink(folder)
            wait_for(lambda: "LYT-VERSION-KEPT" in house.service.read_log(), "it to be kept")
            self.assertEqual(house.shown(alarm["version"])["severity"], 1)


if __name__ == "__main__":
    main()
