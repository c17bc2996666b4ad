"""1,000 messages while the service is killed and restarted ten times: all there, once, no gap."""

import json
import os
import signal
import subprocess
import unittest

from lyt_service import LYT, Service, lyt, main, wait_for

MESSAGES, KILLS = 1000, 10
TEXTS = (
    "Toilettet er stoppet på værelse %d", "room %d was not cleaned", "ingen varme på %d, vi fryser",
    "thank you for a lovely stay in %d", "the wifi does not work in %d", "der lugter af kloak på %d",
)


class Killed(unittest.TestCase):
    def test_every_acknowledged_message_once_and_no_gap(self):
        with Service() as service:
            lines = "".join(
                json.dumps({"id": "k%04d" % i, "channel": "sms", "property": "havnen",
                            "text": TEXTS[i % len(TEXTS)] % (100 + i % 300)}) + "\n"
                for i in range(MESSAGES)
            ).encode()
            # the same ports after each restart, as in a house
            with open(os.path.join(service.state, "endpoints.json")) as file:
                ports = json.load(file)
            service.options = tuple(
                word for name in ("submit", "work", "bus", "replay") for word in ("--" + name, ports[name])
            )
            sender = subprocess.Popen(
                [LYT, "send", "--submit", ports["submit"], "--jsonl", "--json", "--window", "20", "--timeout", "100"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=service.log,
            )
            answers = []
            for kill in range(KILLS + 1):
                part = lines.splitlines(True)[kill * MESSAGES // (KILLS + 1):(kill + 1) * MESSAGES // (KILLS + 1)]
                sender.stdin.write(b"".join(part))
                sender.stdin.flush()
                if kill == KILLS:
                    break
                # killed while it works: when about half of this part is on the disk
                goal = (kill * 2 + 1) * MESSAGES // (KILLS + 1) // 2
                wait_for(lambda: service.rows("SELECT count(*) FROM feedback")[0][0] >= goal, "%d kept" % goal)
                service.process.send_signal(signal.SIGKILL)
                service.process.wait()
                service.start()
            sender.stdin.close()
            answers = [json.loads(line) for line in sender.stdout.read().splitlines()]
            self.assertEqual(sender.wait(timeout=300), 0)
            wait_for(service.all_classified, "all verdicts")
            self.check(service, answers)

    def check(self, service, answers):
        self.assertEqual(len(answers), MESSAGES)
        self.assertEqual({a["status"] for a in answers} - {"accepted", "duplicate"}, set())
        kept = dict(service.rows("SELECT id, source_id FROM feedback"))
        self.assertEqual(sorted(kept.values()), ["k%04d" % i for i in range(MESSAGES)])
        for answer in answers:
            self.assertEqual(kept[answer["feedback"]], answer["id"])
        seqs = [row[0] for row in service.rows("SELECT seq FROM event ORDER BY seq")]
        self.assertEqual(seqs, list(range(1, len(seqs) + 1)))
        wanted = sorted(
            (feedback, failure["scenario"])
            for feedback, verdict in service.rows("SELECT feedback_id, json FROM verdict")
            for failure in json.loads(verdict)["failures"]
        )
        alarms = [json.loads(row[0]) for row in service.rows("SELECT json FROM event WHERE topic LIKE 'alarm.%'")]
        self.assertEqual(sorted((a["feedback"], a["scenario"]) for a in alarms), wanted)
        self.assertGreater(len(alarms), MESSAGES // 2)
        # and a subscriber that comes late hears every one of them, in order
        heard = lyt("subscribe", "--state", service.state, "--since", 0, "--json", "--count", len(seqs), check=0)
        self.assertEqual([json.loads(line)["seq"] for line in heard.out.splitlines()], seqs)


if __name__ == "__main__":
    main()
