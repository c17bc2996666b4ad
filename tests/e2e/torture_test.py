"""Kills under load: every acknowledged message stored, classified, alarmed and delivered, once by id; no gap.

usage: torture_test.py [KILLS [SEED]]. Four senders over ZeroMQ, two named subscribers that are killed as well;
prints seed, duration, what was injected and what was counted. The load: each sender has 2,000 messages out at
all times, so that the service is offered all it can take; how many a second it was offered and has taken is
counted while it was up (from ready to the kill, coming back of the connections and all) and over all. A run of
100 kills and more fails where it was offered or has taken fewer than 5,000 a second while it was up
($LYT_RATE; 0: any will do).
"""

import json
import os
import random
import signal
import statistics
import subprocess
import sys
import threading
import time

from lyt_service import LIMIT_S, LYT, Service, lyt, wait_for

SENDERS, AHEAD = 4, 2000  # so many messages of a sender are without an answer at most
BETWEEN = 10000  # at most so many answers from one kill to the next
LONG, RATE = 100, float(os.environ.get("LYT_RATE", "5000"))


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


class Load:
    """What the senders offered and were answered, while the service was up and over all."""

    def __init__(self, feeders):
        self.feeders, self.began = feeders, time.monotonic()
        self.up_s, self.offered, self.answered, self.down_s = 0.0, 0, 0, []
        self.up()

    def counts(self):
        return sum(f.sent for f in self.feeders), sum(len(f.answers) for f in self.feeders)

    def up(self):
        self.since, self.at = time.monotonic(), self.counts()

    def down(self):
        offered, answered = self.counts()
        self.up_s += time.monotonic() - self.since
        self.offered += offered - self.at[0]
        self.answered += answered - self.at[1]

    def restart(self, service):
        """Killed in the middle of things, and started again."""
        self.down()
        struck = time.monotonic()
        service.process.send_signal(signal.SIGKILL)
        service.process.wait()
        service.start()
        self.down_s.append(time.monotonic() - struck)
        self.up()

    def end(self):
        self.down()
        self.all_s, self.all_answered = time.monotonic() - self.began, self.counts()[1]

    def offered_rate(self):
        return self.offered / self.up_s

    def answered_rate(self):
        return self.answered / self.up_s

    def __str__(self):
        return ("while it was up, %.0f s of %.0f, %.0f messages a second offered and %.0f accepted, %.0f over all; "
                "a restart took %.2f s (median), at most %.2f"
                % (self.up_s, self.all_s, self.offered_rate(), self.answered_rate(), self.all_answered / self.all_s,
                   statistics.median(self.down_s), max(self.down_s)))


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


def strike(service, load, kills, chance, subscribers):
    """Kills one or the other each time so many more are answered; returns how often each was."""
    killed = {"service": 0, "subscriber": 0}
    while killed["service"] < kills:
        goal = load.counts()[1] + chance.randrange(1, BETWEEN)
        wait_for(lambda: load.counts()[1] >= goal, "answers")
        if chance.random() < 0.3:
            chance.choice(subscribers).again()
            killed["subscriber"] += 1
        else:
            load.restart(service)
            killed["service"] += 1
    return killed


class Subscriber:
    """A named one, which writes down what it hears."""

    def __init__(self, service, name):
        self.service, self.name, self.path = service, name, os.path.join(service.state, name)
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["sh", "-c", "exec %s subscribe --state %s --name %s --since 0 --json --ack-wait 3000 >> %s"
             % (LYT, self.service.state, self.name, self.path)], stderr=self.service.log)

    def again(self):
        self.process.kill()
        self.process.wait()
        self.start()

    def has_all(self, last):
        seqs = seqs_of(self.path) if os.path.exists(self.path) else []
        return last in seqs[-5000:] and len(set(seqs)) == last

    def end(self):
        self.process.terminate()
        self.process.wait()


def torture(kills, seed):
    begun = time.monotonic()
    with Service() as service:
        with open(os.path.join(service.state, "endpoints.json")) as file:
            at = json.load(file)
        service.options = tuple(w for n in ("submit", "work", "bus", "replay") for w in ("--" + n, at[n]))
        subscribers = [Subscriber(service, name) for name in ("one", "two")]
        feeders = [Feeder(n, at["submit"], service.log) for n in range(SENDERS)]
        load = Load(feeders)
        killed = strike(service, load, kills, random.Random(seed), subscribers)
        load.end()
        for feeder in feeders:
            feeder.finish()
        wait_for(service.all_classified, "all verdicts")
        last = service.rows("SELECT max(seq) FROM event")[0][0]
        for one in subscribers:
            wait_for(lambda: one.has_all(last), "all deliveries")
            one.end()
        stored, events, again = check(service, feeders, [one.path for one in subscribers])
    print("torture kills: seed %d, %.1f s, injected %d SIGKILL of the service and %d of subscribers under %d senders; "
          "%d acknowledged = stored = classified, %d events = delivered to both, %d of them again; %s"
          % (seed, time.monotonic() - begun, killed["service"], killed["subscriber"], SENDERS, stored, events, again, load),
          flush=True)
    assert kills < LONG or min(load.offered_rate(), load.answered_rate()) >= RATE, "that was no load of %.0f a second" % RATE


if __name__ == "__main__":
    torture(int(sys.argv[1]) if len(sys.argv) > 1 else 3,
            int(sys.argv[2]) if len(sys.argv) > 2 else int(os.environ.get("LYT_SEED", time.time_ns() % 1000003)))
