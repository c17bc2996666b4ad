"""The clock of the machine is set an hour forwards and back under a service at work: nothing acknowledged is
lost or doubled, what was due falls due once, and everybody is told.

The clock is that of the service and of every command, through a shim (clockshim.c) that this test compiles.
"""

import collections
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import tempfile
import threading
import unittest

from lyt_http import Web
from lyt_service import LIMIT_S, LYT, ROOT, Service, lyt, main, wait_for

HOUR = 3600
DESK = os.path.join(ROOT, "models/hotel/desk.yaml")
HERE = os.path.dirname(os.path.abspath(__file__))


class Clock:
    """How far off the clock is of everything that is started while it is in force."""

    def __init__(self, folder):
        self.path, self.off_s = os.path.join(folder, "clock"), 0
        shim = os.path.join(folder, "clockshim.so")
        compiler = os.environ.get("CC", "cc").split()[-1]
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", shim, os.path.join(HERE, "clockshim.c")], check=True)
        self.set(0)
        self.before = {name: os.environ.get(name) for name in ("LD_PRELOAD", "LYT_CLOCK_FILE", "ASAN_OPTIONS")}
        os.environ["LD_PRELOAD"] = shim
        os.environ["LYT_CLOCK_FILE"] = self.path
        # the sanitizer wants to be the first library; the shim asks the kernel, and nobody else
        os.environ["ASAN_OPTIONS"] = "verify_asan_link_order=0:" + os.environ.get("ASAN_OPTIONS", "")

    def set(self, off_s):
        self.off_s = off_s
        # in place: whoever has it mapped sees it
        with open(self.path, "r+b" if os.path.exists(self.path) else "wb") as file:
            file.write(struct.pack("<q", off_s * 1000000))

    def end(self):
        for name, value in self.before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


class Guests(threading.Thread):
    """Messages one after the other, each when the one before is answered."""

    def __init__(self, service, submit):
        super().__init__(daemon=True)
        self.process = subprocess.Popen([LYT, "send", "--submit", submit, "--jsonl", "--json", "--window", "5",
                                         "--timeout", "100"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=service.log)
        self.answers, self.stopping = [], False
        self.start()

    def run(self):
        n = 0
        while not self.stopping:
            line = {"id": "m%d" % n, "channel": "sms", "property": "havnen", "place": str(n % 200),
                    "text": ("the room is freezing and the heating does not work, no %d" if n % 3 == 0 else
                             "thank you for everything, no %d") % n}
            try:
                self.process.stdin.write(json.dumps(line).encode() + b"\n")
                self.process.stdin.flush()
                self.answers.append(json.loads(self.process.stdout.readline()))
            except (OSError, ValueError):
                return
            n += 1

    def more(self, n):
        goal = len(self.answers) + n
        wait_for(lambda: len(self.answers) >= goal or not self.is_alive(), "%d more answers" % n)

    def finish(self):
        self.stopping = True
        self.join()
        for pipe in (self.process.stdin, self.process.stdout):
            pipe.close()
        return self.process.wait(timeout=LIMIT_S)


class Stepping(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-clock-")
        self.clock = Clock(self.folder)
        self.addCleanup(shutil.rmtree, self.folder)
        self.addCleanup(self.clock.end)

    def step(self, service, guests, off_s):
        """The clock is set; the service has seen it, says so, and goes on."""
        by_s = off_s - self.clock.off_s
        steps = service.status()["clock"]["steps"]
        self.clock.set(off_s)
        wait_for(lambda: service.status()["clock"]["steps"] == steps + 1, "the step to be seen")
        status = service.status()
        self.assertAlmostEqual(status["clock"]["last_step_s"], by_s, delta=2)
        self.assertEqual(status["state"], "ok")
        ready = Web(service).get("/readyz")
        self.assertEqual(ready.status, 200)
        self.assertAlmostEqual(ready.json["clock_step_s"], by_s, delta=2)
        guests.more(60)
        # what came before the step is known after it
        again = lyt("send", "--state", service.state, "--jsonl", "--json",
                    stdin="".join('{"id":"m%d","channel":"sms","property":"havnen","text":"again"}\n' % n for n in range(10)), check=0)
        self.assertEqual({json.loads(line)["status"] for line in again.out.splitlines()}, {"duplicate"})

    def notices(self, service, incident):
        """What anybody was told of the incident because of the time, and how often."""
        rows = service.rows("SELECT topic, json FROM event WHERE topic LIKE 'notice.%'")
        return collections.Counter(topic.rsplit(".", 1)[1] for topic, text in rows
                                   if json.loads(text)["incident"] == incident)

    def late(self, service):
        """The incidents of which it was told that a limit was missed."""
        return sorted(json.loads(text)["incident"] for topic, text in
                      service.rows("SELECT topic, json FROM event WHERE topic LIKE 'notice.%'")
                      if "clock-missed" in (topic + text))

    def test_op12_an_hour_forwards_and_back(self):
        with Service("hotel", "--desk", DESK) as service:
            with open(os.path.join(service.state, "endpoints.json")) as file:
                at = json.load(file)
            service.options += tuple(w for n in ("submit", "work", "bus", "replay") for w in ("--" + n, at[n]))
            heard = open(os.path.join(self.folder, "heard"), "w+b")
            self.addCleanup(heard.close)
            pager = subprocess.Popen([LYT, "subscribe", "--replay", at["replay"], "--name", "pager", "--since", "0",
                                      "--json"], stdout=heard, stderr=service.log)
            guests = Guests(service, at["submit"])
            try:
                guests.more(60)
                wait_for(lambda: service.rows("SELECT 1 FROM incident LIMIT 1"), "an incident")
                self.step(service, guests, HOUR)
                # an hour is over on the wall: limits are missed, once each; rooms of one cause are silent
                wait_for(lambda: self.late(service), "what is due")
                first = self.late(service)[0]
                guests.more(100)
                due = self.notices(service, first)
                self.step(service, guests, 0)
                self.step(service, guests, -HOUR)
                service.process.send_signal(signal.SIGKILL)
                service.process.wait()
                service.start()
                guests.more(60)
                self.step(service, guests, 0)
                guests.more(60)
                # on the wall it is not later than it was: nothing falls due again
                self.assertEqual(self.notices(service, first), due)
                self.assertEqual(guests.finish(), 0)
                self.check(service, guests.answers, os.path.join(self.folder, "heard"))
            finally:
                guests.finish()
                pager.terminate()
                pager.wait()
            by = ["3600 s forwards", "3600 s back", "3600 s back", "3600 s forwards"]
            self.assertEqual(re.findall(r'LYT-CLOCK-STEPPED .* by="(.*)"', self.log_of(service)), by)
            told = [json.loads(row[0])["note"] for row in
                    service.rows("SELECT json FROM event WHERE topic = 'health.clock-stepped' ORDER BY seq")]
            self.assertEqual(told, by)
            print("clock: 4 steps of an hour and a kill; %d acknowledged = stored = classified, notices of the first "
                  "incident %s" % (len(guests.answers), dict(due)), flush=True)

    def log_of(self, service):
        with open(os.path.join(service.state, "log"), errors="replace") as file:
            return file.read()

    def check(self, service, answers, heard):
        self.assertEqual({a["status"] for a in answers} - {"accepted", "duplicate"}, set())
        wait_for(service.all_classified, "all verdicts")
        stored = dict(service.rows("SELECT source_id, id FROM feedback"))
        self.assertEqual(stored, {a["id"]: a["feedback"] for a in answers})
        self.assertEqual(service.rows("SELECT count(*) FROM feedback"), [(len(stored),)])
        events = service.rows("SELECT seq, topic, json FROM event ORDER BY seq")
        self.assertEqual([row[0] for row in events], list(range(1, len(events) + 1)))
        alarmed = [json.loads(text) for _, topic, text in events if topic.startswith("alarm.")]
        wanted = sorted((feedback, failure["scenario"])
                        for feedback, verdict in service.rows("SELECT feedback_id, json FROM verdict")
                        for failure in json.loads(verdict)["failures"])
        self.assertEqual(sorted((a["feedback"], a["scenario"]) for a in alarmed if a["feedback"]), wanted)

        def delivered():
            with open(heard) as file:
                return [json.loads(line)["seq"] for line in file if line.endswith("\n")]

        wait_for(lambda: len(set(delivered())) == len(events), "all deliveries")
        first_times = list(dict.fromkeys(delivered()))
        self.assertEqual(first_times, sorted(first_times), "in order")


if __name__ == "__main__":
    main()
