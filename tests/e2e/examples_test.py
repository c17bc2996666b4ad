"""The shipped subscribers where something is wrong: they say so and end, or wait and go on; none is silent."""

import json
import os
import re
import subprocess
import unittest

from lyt_service import LIMIT_S, ROOT, Service, lyt, main, wait_for

PYTHON = "/usr/bin/python3"  # Debian's, which Debian's zmq belongs to
EXAMPLES = os.path.join(ROOT, "docs", "examples")


def has(*command):
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def ports(service):
    with open(os.path.join(service.state, "endpoints.json")) as file:
        return json.load(file)


def lines_of(path):
    with open(path) as file:
        return file.read().splitlines()


HAS_PYTHON = has(PYTHON, "-c", "import zmq")


class Grammar(unittest.TestCase):
    """docs/protocol.abnf is what a programmer of another language reads: it has all that docs/schema has."""

    TYPES = ("alarm", "incident", "notice", "silence", "answer", "consent", "praise", "parked", "correction", "health",
             "heartbeat")

    def setUp(self):
        with open(os.path.join(ROOT, "docs", "protocol.abnf"), encoding="utf-8") as file:
            self.text = file.read()

    @staticmethod
    def schema(name):
        with open(os.path.join(ROOT, "docs", "schema", name + ".json"), encoding="utf-8") as file:
            return json.load(file)["properties"]

    def members(self):
        """What the comment after the topics says of each type."""
        found, name = {}, None
        about = self.text[self.text.index("; Every event begins"):self.text.index("- replay (ROUTER)")]
        for line in about.splitlines():
            head = re.match(r";   (\w+) +(.*)", line)
            if head and head.group(1) in self.TYPES:
                name = head.group(1)
                found[name] = head.group(2)
            elif name and line.startswith(";              "):
                found[name] += line
        return {name: set(re.findall(r'"([a-z_]+)"', text)) for name, text in found.items()}

    def test_bu13_every_member_of_an_event_is_named(self):
        members = self.members()
        self.assertEqual(sorted(members), sorted(self.TYPES))
        for name in self.TYPES:
            # said once for all that have it
            missing = set(self.schema(name)) - members[name] - {"drill"}
            self.assertEqual(missing, set(), name)

    def test_bu01_every_last_part_of_a_topic_is_named(self):
        rules = {"health": ("health", "what"), "notice-kind": ("notice", "notice")}
        for rule, (name, member) in rules.items():
            said = re.search(r"^%s +=(.*?)\n\S" % rule, self.text, re.S | re.M).group(1)
            missing = set(self.schema(name)[member]["enum"]) - set(re.findall(r'"([a-z-]+)"', said))
            self.assertEqual(missing, set(), rule)


class Examples(unittest.TestCase):
    def refused(self, *command):
        """What is refused would be refused again for ever: it is said, and that was it."""
        with Service() as service:
            done = subprocess.run([*command, ports(service)["replay"], "A Bad Name"], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, timeout=LIMIT_S)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(b"name: 1 to 64", done.stderr)

    @unittest.skipUnless(HAS_PYTHON, "needs python3-zmq")
    def test_bu14_python_says_why_it_is_refused(self):
        self.refused(PYTHON, os.path.join(EXAMPLES, "subscriber.py"))

    @unittest.skipUnless(has("perl", "-MZMQ::FFI", "-e", "1"), "needs libzmq-ffi-perl")
    def test_bu14_perl_says_why_it_is_refused(self):
        self.refused("perl", os.path.join(EXAMPLES, "subscriber.pl"))

    @unittest.skipUnless(HAS_PYTHON, "needs python3-zmq")
    def test_bu02_without_a_name_a_restart_and_another_log_are_survived(self):
        with Service() as service:
            at = ports(service)
            service.options += tuple(w for n in ("submit", "work", "bus", "replay") for w in ("--" + n, at[n]))
            out = os.path.join(service.state, "out")
            with open(out, "wb") as file:
                running = subprocess.Popen([PYTHON, os.path.join(EXAMPLES, "raw.py"), at["bus"], at["replay"],
                                            "alarm."], stdout=file, stderr=service.log)
            self.addCleanup(running.wait)
            self.addCleanup(running.kill)
            n = 0

            def heard_more_than(seen):
                nonlocal n
                n += 1
                lyt("send", "--state", service.state, stdin="room %d is freezing\n" % n, check=0)
                return len(lines_of(out)) > seen

            wait_for(lambda: heard_more_than(0), "the first alarm")
            service.kill()
            service.start()
            seen = len(lines_of(out))
            wait_for(lambda: heard_more_than(seen), "alarms after a restart")
            # a new database under the same ports: its numbers begin with 1
            service.stop()
            for name in os.listdir(service.state):
                if name.startswith("lyt.db"):
                    os.remove(os.path.join(service.state, name))
            service.start()
            seen = len(lines_of(out))
            wait_for(lambda: heard_more_than(seen), "alarms of the other log")
            self.assertIn(" 1", lines_of(out)[seen], "of another log all is new")
            self.assertIsNone(running.poll())


if __name__ == "__main__":
    main()
