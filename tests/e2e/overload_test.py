"""Ten times what can be done: danger to people goes first, the rest waits, nothing is lost; a button that is mashed."""

import json
import os
import signal
import subprocess
import threading
import time
import unittest

from lyt_service import LYT, Service, lyt, main, wait_for

MESSAGES, EVERY = 6000, 40  # so many, and each fortieth tells of a fire
URGENT_FROM = 1000  # what comes before hundreds wait has no need to overtake


class Slow(threading.Thread):
    """A worker that is let run for some milliseconds of each tenth of a second."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.done = process, threading.Event()
        self.start()

    def run(self):
        while not self.done.is_set() and self.process.poll() is None:
            self.process.send_signal(signal.SIGSTOP)
            self.done.wait(0.090)
            self.process.send_signal(signal.SIGCONT)
            self.done.wait(0.010)

    def finish(self):
        self.done.set()
        self.join()
        self.process.send_signal(signal.SIGCONT)


def share(numbers, of):
    return sorted(numbers)[min(len(numbers) - 1, int(len(numbers) * of))]


class Overload(unittest.TestCase):
    def latencies(self, service):
        """Milliseconds from acceptance to verdict, by the sender's id, in the order of acceptance."""
        return [(source, (judged - received) / 1000) for source, received, judged in service.rows(
            "SELECT f.source_id, f.received_us, v.at_us FROM feedback f JOIN verdict v ON v.feedback_id = f.id ORDER BY f.id")]

    def test_op15_danger_goes_first_at_ten_times_the_capacity(self):
        with Service("hotel", "--workers", "0") as service:
            with open(os.path.join(service.state, "endpoints.json")) as file:
                at = json.load(file)
            worker = subprocess.Popen([LYT, "worker", "-p", "hotel", "--connect", at["work"]], stderr=service.log)
            try:
                wait_for(lambda: service.status()["workers"] == 1, "the worker")
                slow = Slow(worker)
                lines = "".join(json.dumps(
                    {"id": "%s%d" % ("fire" if n % EVERY == 0 else "dirt", n), "place": str(n), "channel": "sms",
                     "text": "there is a fire in my room" if n % EVERY == 0 else
                     "the room is dirty and the towels of room %d have not been changed since we came" % n}) + "\n"
                    for n in range(MESSAGES))
                begun = time.monotonic()
                sent = lyt("send", "--state", service.state, "--jsonl", "--json", "--window", 500, "--timeout", 200,
                           stdin=lines, check=0)
                sending = time.monotonic() - begun
                wait_for(service.all_classified, "all verdicts")
                working = time.monotonic() - begun
                slow.finish()
                answers = [json.loads(line) for line in sent.out.splitlines()]
                self.assertEqual({a["status"] for a in answers}, {"accepted"})
                rows = self.latencies(service)
                self.assertEqual(len(rows), MESSAGES, "none is lost")
                self.assertEqual(service.rows("SELECT count(*) FROM verdict WHERE parked IS NOT NULL"), [(0,)])
                late = rows[URGENT_FROM:]
                fire = [ms for source, ms in late if source.startswith("fire")]
                dirt = [ms for source, ms in late if source.startswith("dirt")]
                print("overload: %d in %.1f s, done in %.1f s (%.0f times the capacity); fire p50 %.0f, p99 %.0f ms; the rest "
                      "p1 %.0f, p50 %.0f, p99 %.0f ms" %
                      (MESSAGES, sending, working, working / sending, share(fire, .5), share(fire, .99),
                       share(dirt, .01), share(dirt, .5), share(dirt, .99)), flush=True)
                self.assertGreater(working, sending, "it was overloaded")
                self.assertLess(share(fire, .99), share(dirt, .5), "danger does not wait with the rest")
                self.assertLess(share(fire, .5), share(dirt, .1))
                # each alarm of a fire is there once
                self.assertEqual(service.rows("SELECT count(*) FROM event WHERE topic LIKE 'alarm.%.fire-gas-smoke'"),
                                 [(MESSAGES // EVERY,)])
            finally:
                worker.send_signal(signal.SIGCONT)
                worker.terminate()
                worker.wait()

    def test_ch17_a_button_that_is_mashed_is_one_incident_and_holds_up_nobody(self):
        taps = "".join(json.dumps({"id": "tap%d" % n, "channel": "nfc", "place": "214", "text": "the room is dirty"}) + "\n"
                       for n in range(1000))
        others = "".join(json.dumps({"id": "sms%d" % n, "channel": "sms", "place": str(n), "text": "it is freezing in my room"}) +
                         "\n" for n in range(100))
        with Service() as service:
            lyt("send", "--state", service.state, "--jsonl", "--window", 1, stdin=others.replace("sms", "quiet"), check=0)
            masher = subprocess.Popen([LYT, "send", "--state", service.state, "--jsonl", "--window", "100"],
                                      stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=service.log)
            feed = threading.Thread(target=masher.communicate, args=(taps.encode(),))
            feed.start()
            lyt("send", "--state", service.state, "--jsonl", "--window", 1, stdin=others, check=0)
            feed.join()
            self.assertEqual(masher.returncode, 0)
            wait_for(service.all_classified, "all verdicts")
            rows = self.latencies(service)
            ms = {kind: [ms for source, ms in rows if source.startswith(kind)] for kind in ("tap", "sms", "quiet")}
            print("mashed: 1000 taps; another channel's p99 %.1f ms without, %.1f ms with them" %
                  (share(ms["quiet"], .99), share(ms["sms"], .99)), flush=True)
            self.assertEqual(len(ms["tap"]), 1000, "all are counted")
            self.assertEqual(service.rows("SELECT count(*), max(n_messages) FROM incident WHERE place = '214'"), [(1, 1000)])
            self.assertEqual(len(ms["sms"]), 100)


if __name__ == "__main__":
    main()
