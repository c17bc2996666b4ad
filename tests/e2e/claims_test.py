"""What is said of the whole: small, the same by every way in, a guest leaves nothing behind, whole packs."""

import json
import os
import unittest

from lyt_http import Web
from lyt_service import ROOT, Service, lyt, main, wait_for

PACKS = {"hotel": 40, "delivery": 1, "restaurant": 1, "support": 1}  # the fewest scenarios
SAID = [
    "Værelset var ikke gjort rent og der var larm fra baren hele natten",
    "The heating is broken in 214 and it is freezing",
    "the jacuzzi on the roof has no bubbles",
    "jacuzzi: no bubbles at all",
    "Wir frieren, the heating er død",
    "Tak for et dejligt ophold 🙂",
    "roon not cleand, hair in teh shower",
    "kl. 21.30 på 214'eren",
    "?",
]


class Packs(unittest.TestCase):
    def test_sc02_packs_are_large_enough_and_every_scenario_has_its_sentences(self):
        for pack, fewest in PACKS.items():
            said = json.loads(lyt("pack", "check", "--json", pack, check=0).out)
            self.assertGreaterEqual(said["scenarios"], fewest, pack)
            self.assertEqual([f for f in said["findings"] if f["check"] == "few-examples"], [], pack)
            # five that fire and five silent ones, in each of two languages
            self.assertGreaterEqual(said["examples"], 20 * said["scenarios"], pack)

    def test_sc10_special_needs_are_scenarios_of_their_own_and_severe(self):
        shown = [json.loads(line) for line in lyt("pack", "show", "--json", "hotel", check=0).out.splitlines()]
        rows = shown[0].get("scenarios", shown)
        severity = {row.get("id", row.get("scenario")): row["severity"] for row in rows}
        for scenario in ("smoke-in-nonsmoking-room", "accessibility-ignored", "allergy-ignored"):
            self.assertGreaterEqual(severity[scenario], 3, scenario)


def verdicts(service, texts):
    """The very bytes that are kept of what was heard."""
    before = service.rows("SELECT coalesce(max(feedback_id), 0) FROM verdict")[0][0]
    lyt("send", "--state", service.state, stdin="".join(text + "\n" for text in texts), check=0)
    wait_for(service.all_classified, "the verdicts")
    return [row[0] for row in service.rows("SELECT json FROM verdict WHERE feedback_id > ? ORDER BY feedback_id", before)]


class Alike(unittest.TestCase):
    def test_nl28_ch19_the_same_bytes_from_every_process_and_by_every_way_in(self):
        once = lyt("classify", "-p", "hotel", "--json", stdin="\n".join(SAID) + "\n", check=0).out
        for _ in range(3):
            self.assertEqual(lyt("classify", "-p", "hotel", "--json", stdin="\n".join(SAID) + "\n", check=0).out, once)
        with Service("hotel", "--workers", "2") as service:
            by_zeromq = verdicts(service, SAID)
            self.assertEqual(by_zeromq, once.splitlines())
            web = Web(service)
            before = service.rows("SELECT max(feedback_id) FROM verdict")[0][0]
            for text in SAID:
                self.assertEqual(web.post("/api/v1/feedback", {"channel": "sms", "text": text}).json["status"], "accepted")
            wait_for(service.all_classified, "the verdicts")
            by_http = service.rows("SELECT json FROM verdict WHERE feedback_id > ? ORDER BY feedback_id", before)
            self.assertEqual([row[0] for row in by_http], by_zeromq)


class Leaves(unittest.TestCase):
    def test_pr02_nl18_after_an_erasure_the_service_hears_as_if_it_had_never_heard_the_guest(self):
        def begin(service):
            """Somebody else's message and correction, which stay."""
            line = json.dumps({"id": "a", "channel": "sms", "from": "g-other", "text": SAID[0]})
            lyt("send", "--jsonl", "--state", service.state, stdin=line + "\n", check=0)
            wait_for(service.all_classified, "the verdict")
            untaught = verdicts(service, SAID)
            lyt("correct", "--state", service.state, 1, "--scenario", "wifi-down", "--by", "Mette", check=0)
            wait_for(lambda: verdicts(service, SAID) != untaught, "the lesson")
            return verdicts(service, SAID)

        with Service("hotel", "--http", "none") as never, Service("hotel", "--http", "none") as service:
            wanted = begin(never)
            self.assertEqual(begin(service), wanted)
            line = json.dumps({"id": "b", "channel": "sms", "from": "g-anna", "text": SAID[2]})
            sent = lyt("send", "--jsonl", "--json", "--state", service.state, stdin=line + "\n", check=0)
            number = json.loads(sent.out.splitlines()[0])["feedback"]
            wait_for(service.all_classified, "the verdict")
            lyt("correct", "--state", service.state, number, "--scenario", "facility-closed", "--by", "Mette", check=0)
            wait_for(lambda: "facility-closed" in verdicts(service, SAID)[2], "the lesson of the guest")
            self.assertNotEqual(verdicts(service, SAID), wanted)
            lyt("privacy", "erase", "g-anna", "--state", service.state, check=0)
            wait_for(lambda: verdicts(service, SAID) == wanted, "the lesson to be forgotten, to the last byte")
            # and so from the start
            service.kill()
            service.start()
            self.assertEqual(verdicts(service, SAID), wanted)

    def test_pr15_what_was_given_stays_without_a_word_of_the_guest(self):
        with Service("hotel", "--desk", os.path.join(ROOT, "models/hotel/desk.yaml")) as service:
            at = ("--state", service.state)
            line = json.dumps({"id": "a", "channel": "sms", "from": "g-anna", "property": "havnen", "place": "201",
                               "text": "Maden var iskold, skriver xylofonisten"})
            lyt("send", "--jsonl", *at, stdin=line + "\n", check=0)
            wait_for(service.all_classified, "the verdict")
            wait_for(lambda: service.rows("SELECT 1 FROM incident"), "the incident")
            lyt("incident", "offer", 1, "--gesture", "fruit-plate", "--by", "mette", *at, check=0)
            before = json.loads(lyt("report", "gestures", "--json", *at, check=0).out)
            self.assertEqual(before["sums"]["DKK"], 6000)
            lyt("privacy", "erase", "g-anna", *at, check=0)
            after = json.loads(lyt("report", "gestures", "--json", *at, check=0).out)
            self.assertEqual(after["sums"], before["sums"])
            for told in (json.dumps(after), lyt("report", "gestures", *at, check=0).out):
                self.assertIn("fruit-plate", told)
                self.assertNotIn("g-anna", told)
                self.assertNotIn("xylofonist", told)
            # after a restart the book is made of what is kept
            service.kill()
            service.start()
            self.assertEqual(json.loads(lyt("report", "gestures", "--json", *at, check=0).out)["sums"], before["sums"])


class Size(unittest.TestCase):
    @unittest.skipIf(os.environ.get("LYT_SANITIZE"), "a sanitizer's memory is not the program's")
    def test_op01_one_small_process_that_is_there_at_once(self):
        with Service() as service:
            folder = "/proc/%d/" % service.process.pid
            with open(folder + "stat") as file:
                ticks = file.read().rsplit(")", 1)[1].split()[11:13]
            # of CPU, since this machine may be at other things
            self.assertLess(sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK"), 1.0, "seconds to start")
            lyt("send", "--state", service.state, check=0,
                stdin="".join("%s %d\n" % (SAID[i % 2], i) for i in range(2000)))
            wait_for(service.all_classified, "the verdicts")
            with open(folder + "status") as file:
                kib = int(next(line for line in file if line.startswith("VmRSS:")).split()[1])
            self.assertLess(kib, 180 << 10)
            with open(folder + "task/%d/children" % service.process.pid) as file:
                self.assertEqual(file.read(), "", "it needs no other program")


class Coverage(unittest.TestCase):
    def test_sc11_complaints_of_no_scenario_are_counted_as_they_were_heard(self):
        with Service("hotel", "--http", "none") as service:
            heard = [json.loads(text) for text in verdicts(service, SAID * 3)]
            complaints = [row for row in heard if row["kind"] == "complaint"]
            without = [row for row in complaints if not row["failures"]]
            said = json.loads(lyt("coverage", "--json", "--state", service.state, check=0).out)
            self.assertEqual((said["complaints"], said["without_scenario"]), (len(complaints), len(without)))
            self.assertGreater(said["complaints"], 5)
            self.assertEqual(said["warning"], len(without) > 0.2 * len(complaints))


if __name__ == "__main__":
    main()
