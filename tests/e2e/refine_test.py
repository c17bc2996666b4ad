"""A model refined beside the running service: by the service itself, and by hand."""

import json
import os
import shutil
import signal
import tempfile

from lyt_service import LYT, ROOT, Service, lyt, main, unittest, wait_for

# what is lukewarm at this house; the small pack has none of these words
GUESTS = [
    "The sauna is lukewarm", "sauna lukewarm again today", "We sat in a lukewarm sauna", "your sauna stays lukewarm",
    "Saunaen er lunken", "lukewarm sauna on the third floor", "the sauna upstairs is lukewarm at best",
    "sauna is lukewarm, second day", "a sauna should not be lukewarm", "lukewarm, that sauna of yours",
    "Why is the sauna lukewarm?", "sauna lukewarm since we came",
]  # fmt: skip
UNSEEN = "lukewarm sauna this evening too"


class Refine(unittest.TestCase):
    def setUp(self):
        self.house = tempfile.mkdtemp(prefix="lyt-e2e-house-")
        self.pack = os.path.join(self.house, "minipack")
        shutil.copytree(os.path.join(ROOT, "tests/golden/minipack"), self.pack)
        self.addCleanup(shutil.rmtree, self.house, True)

    def send_and_correct(self, service):
        at = ("--state", service.state)
        lyt("send", *at, stdin="".join(text + "\n" for text in GUESTS), check=0)
        wait_for(service.all_classified, "the verdicts")
        for (number,) in service.rows("SELECT id FROM feedback ORDER BY id LIMIT %d" % len(GUESTS)):
            lyt("correct", *at, number, "--scenario", "room-too-cold", check=0)

    def models(self, service):
        folder = os.path.join(service.state, "refined")
        return [name for name in os.listdir(folder) if name.endswith(".lytm")] if os.path.isdir(folder) else []

    def last(self, service):
        with open(os.path.join(service.state, "refined", "last.json")) as file:
            return json.load(file)

    def test_by_hand_and_back(self):
        with Service(self.pack, "--refine", "0", "--http", "none") as service:
            at = ("-p", self.pack, "--state", service.state)
            few = json.loads(lyt("refine", *at, "--json", check=0).out)
            self.assertEqual((few["verdict"], few["kept"]), ("few", False))
            self.send_and_correct(service)
            tried = json.loads(lyt("refine", *at, "--dry-run", "--json", check=0).out)
            self.assertEqual((tried["verdict"], tried["kept"], tried["corrections"]), ("taken", False, len(GUESTS)))
            self.assertEqual(self.models(service), [])
            said = lyt("refine", *at, check=0).out
            self.assertIn("The running service uses it from now on.", said)
            wait_for(lambda: "LYT-RELOADED" in service.read_log(), "the service to go over to it")
            self.assertEqual(len(self.models(service)), 1)
            self.assertEqual(self.last(service)["verdict"], "taken")
            # after a kill it is there again, and what it was made from is not needed for it
            service.kill()
            service.start()
            # a file that is cut short is passed over, with a word
            path = os.path.join(service.state, "refined", self.models(service)[0])
            with open(path, "r+b") as file:
                file.truncate(5000)
            service.process.send_signal(signal.SIGHUP)
            wait_for(lambda: "LYT-REFINED-UNFIT" in service.read_log(), "the complaint of the broken file")
            self.assertIn("1 refined models forgotten", lyt("refine", *at, "--forget", check=0).out)
            self.assertEqual(self.models(service), [])
            self.assertIn("exclude", lyt("refine", *at, "--forget", "--dry-run", check=2).err)

    def test_the_service_does_it_by_itself(self):
        with Service(self.pack, "--refine", "12", "--http", "none") as service:
            at = ("--state", service.state)
            self.send_and_correct(service)
            wait_for(lambda: "LYT-RELOADED" in service.read_log(), "the service to refine its model")
            self.assertEqual(self.last(service)["corrections"], len(GUESTS))
            self.assertEqual(len(self.models(service)), 1)
            sent = json.loads(lyt("send", *at, "--json", stdin=UNSEEN + "\n", check=0).out)
            wait_for(service.all_classified, "the verdict")
            (row,) = service.rows("SELECT json FROM verdict WHERE feedback_id = ?", sent["feedback"])
            self.assertIn("room-too-cold", [failure["scenario"] for failure in json.loads(row[0])["failures"]])
            # one of the guests is to be forgotten: so is a model that may have the words
            erased = json.loads(lyt("privacy", "erase", "--message", 1, "--json", *at, check=0).out)
            self.assertEqual(erased["refined_models"], 1)
            self.assertEqual(self.models(service), [])

    def test_there_is_nothing_to_refine(self):
        empty = os.path.join(self.house, "empty")
        os.mkdir(empty)
        self.assertIn("there is no database", lyt("refine", "--state", empty, check=1).err)
        lyt("refine", "--state", empty, "more", check=2)


if __name__ == "__main__":
    assert LYT
    main()
