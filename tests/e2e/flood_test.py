"""20,000 distinct messages from `lyt send` to a live subscriber: none lost, none twice."""

import json
import subprocess
import tempfile
import unittest

from lyt_service import LYT, Service, lyt, main, wait_for

MESSAGES = 20000


class Flood(unittest.TestCase):
    def test_every_alarm_reaches_the_subscriber(self):
        with Service() as service, tempfile.TemporaryFile() as heard:
            at = ["--state", service.state]
            listener = subprocess.Popen(
                [LYT, "subscribe", *at, "--since", "0", "--json", "alarm."], stdout=heard, stderr=service.log
            )
            try:
                lines = "".join("room %d is freezing, message number %d\n" % (i % 500, i) for i in range(MESSAGES))
                sent = lyt("send", *at, "--channel", "tablet", "--property", "havnen", "--json",
                           "--window", 1000, stdin=lines, check=0)
                answers = [json.loads(line) for line in sent.out.splitlines()]
                self.assertEqual(len({a["feedback"] for a in answers}), MESSAGES)
                self.assertEqual({a["status"] for a in answers}, {"accepted"})
                wait_for(service.all_classified, "all verdicts")
                wanted = [row[0] for row in service.rows(
                    "SELECT seq FROM event WHERE topic LIKE 'alarm.%' ORDER BY seq")]
                self.assertGreaterEqual(len(wanted), MESSAGES)

                def arrived():
                    heard.seek(0)
                    return heard.read().count(b"\n") >= len(wanted)

                wait_for(arrived, "the last alarm at the subscriber")
            finally:
                listener.terminate()
                self.assertEqual(listener.wait(timeout=300), 0)
            heard.seek(0)
            self.assertEqual([json.loads(line)["seq"] for line in heard], wanted)


if __name__ == "__main__":
    main()
