"""Kills under load: every acknowledged message stored, classified, alarmed and delivered, once by id; no gap.

usage: torture_test.py [KILLS [SEED]]. Four senders over ZeroMQ, as fast as they are answered, two named
subscribers that are killed as well; prints seed, duration, what was injected and what was counted, and how
many messages a second were answered while the service was up.
"""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

from lyt_service import LIMIT_S, LYT, Service, lyt, wait_for

SENDERS, AHEAD = 4, 2000  # so many messages of a sender are without an answer at most
BETWEEN = 10000  # at most so many answers from one kill to the next


class Feeder(threading.Thread):
    """Feeds one `lyt send` as fast as it is answered until it is told to stop."""

    def __init__(self, number, submit, log):
        super().__init__(daemon=True)
        self.number, self.sent, self.stopping, self.answers = number, 0, False, []
        self.changed = threading.Condition()
        self.process = subprocess.Popen(
            [LYT, "send", "--submit", submit, "--jsonl", "--json", "--window", "1000", "--timeout", "120"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        self.start()

    def read(self):
        for line in self.process.stdout:
            answer = json.loads(line)
            with self.changed:
                self.answers.append((answer["id"], answer["status"], answer.get("feedback")))
                self.changed.notify()

    def run(self):
        while True:
            with self.changed:
                more = self.changed.wait_for(lambda: self.stopping or self.sent - len(self.answers) < AHEAD, LIMIT_S)
            if self.stopping or not more:
                return
            lines = []
            for _ in range(100):
                n = self.sent
                # one of five tells of a failure, each in a place of its own
                text = "room is freezing, no %d" % n if n % 5 == 0 else "thank you, all was well, no %d" % n
                lines.append(json.dumps({"id": "s%d-%d" % (self.number, n), "channel": "sms",
                                         "place": "%d" % (n % 500), "text": text}) + "\n")
                self.sent += 1
            self.process.stdin.write("".join(lines).encode())
            self.process.stdin.flush()

    def finish(self):
        with self.changed:
            self.stopping = True
            self.changed.notify()
        self.join()
        self.process.stdin.close()
        self.reader.join(timeout=300)
        assert self.process.wait(timeout=300) == 0, "a sender failed"


def seqs_of(path):
    """Whole lines only: a killed subscriber may have left half of one."""
    seqs = []
    with open(path, "rb") as file:
        for line in file:
            try:
                seqs.append(json.loads(line)["seq"])
            except ValueError:
                pass
    return seqs


def subscriber(service, name, path):
    return subprocess.Popen(
        ["sh", "-c", "exec %s subscribe --state %s --name %s --since 0 --json --ack-wait 3000 >> %s"
         % (LYT, service.state, name, path)], stderr=service.log)


def check(service, feeders, files):
    """The sums; returns how often something came again."""
    answered = {}
    for feeder in feeders:
        assert len(feeder.answers) == feeder.sent, "%d answers to %d" % (len(feeder.answers), feeder.sent)
        for name, status, feedback in feeder.answers:
            assert status in ("accepted", "duplicate"), status
            assert name not in answered, name + " was answered twice"
            answered[name] = feedback
    stored = dict(service.rows("SELECT source_id, id FROM feedback"))
    assert stored == answered, "%d stored, %d acknowledged" % (len(stored), len(answered))
    assert service.rows("SELECT count(*) FROM feedback")[0][0] == len(stored), "an id was stored twice"
    assert service.rows("SELECT count(*) FROM verdict WHERE parked IS NULL")[0][0] == len(stored), "not classified"
    events = service.rows("SELECT seq, topic, json FROM event ORDER BY seq")
    assert [row[0] for row in events] == list(range(1, len(events) + 1)), "a gap in the log"
    streams, alarms = {}, set()
    for seq, topic, text in events:
        event = json.loads(text)
        assert event["stream"] == streams.get(topic, 0) + 1, "a gap in " + topic
        streams[topic] = event["stream"]
        if event["type"] == "alarm":
            assert (event["feedback"], event["scenario"]) not in alarms, "alarmed twice: %d" % seq
            alarms.add((event["feedback"], event["scenario"]))
    verdicts = {(row[0], f["scenario"]) for row in service.rows("SELECT feedback_id, json FROM verdict")
                for f in json.loads(row[1])["failures"]}
    assert alarms == verdicts, "%d alarms, %d verdicts" % (len(alarms), len(verdicts))
    again = 0
    for path in files:
        seqs = seqs_of(path)
        assert set(seqs) == set(range(1, len(events) + 1)), "not delivered: %d of %d" % (len(set(seqs)), len(events))
        again += len(seqs) - len(set(seqs))
    return len(stored), len(events), again


def torture(kills, seed):
    chance = random.Random(seed)
    begun = time.monotonic()
    killed = {"service": 0, "subscriber": 0}
    down_s = 0.0
    with Service() as service:
        with open(os.path.join(service.state, "endpoints.json")) as file:
            at = json.load(file)
        service.options = tuple(w for n in ("submit", "work", "bus", "replay") for w in ("--" + n, at[n]))
        files = [os.path.join(service.state, name) for name in ("one", "two")]
        names = ("one", "two")
        running = [subscriber(service, name, path) for name, path in zip(names, files)]
        feeders = [Feeder(n, at["submit"], service.log) for n in range(SENDERS)]
        while killed["service"] < kills:
            # in the middle of things: when so many more are answered
            goal = sum(len(feeder.answers) for feeder in feeders) + chance.randrange(1, BETWEEN)
            wait_for(lambda: sum(len(feeder.answers) for feeder in feeders) >= goal, "answers")
            if chance.random() < 0.3:
                which = chance.randrange(2)
                running[which].kill()
                running[which].wait()
                running[which] = subscriber(service, names[which], files[which])
                killed["subscriber"] += 1
            else:
                struck = time.monotonic()
                service.process.send_signal(signal.SIGKILL)
                service.process.wait()
                killed["service"] += 1
                service.start()
                down_s += time.monotonic() - struck
        loaded_s = time.monotonic() - begun
        rate = sum(len(feeder.answers) for feeder in feeders) / (loaded_s - down_s)
        for feeder in feeders:
            feeder.finish()
        wait_for(service.all_classified, "all verdicts")
        last = service.rows("SELECT max(seq) FROM event")[0][0]
        for path in files:
            wait_for(lambda: last in seqs_of(path)[-5000:] and len(set(seqs_of(path))) == last, "all deliveries")
        for process in running:
            process.terminate()
            process.wait()
        stored, events, again = check(service, feeders, files)
    took = time.monotonic() - begun
    print("torture kills: seed %d, %.1f s, injected %d SIGKILL of the service and %d of subscribers under %d senders; "
          "%d acknowledged = stored = classified (%.0f a second while it was up, which it was %.0f s of %.0f under load), "
          "%d events = delivered to both, %d of them again"
          % (seed, took, killed["service"], killed["subscriber"], SENDERS, stored, rate, loaded_s - down_s, loaded_s,
             events, again), flush=True)


if __name__ == "__main__":
    torture(int(sys.argv[1]) if len(sys.argv) > 1 else 3,
            int(sys.argv[2]) if len(sys.argv) > 2 else int(os.environ.get("LYT_SEED", time.time_ns() % 1000003)))
