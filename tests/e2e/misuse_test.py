"""Every command, told wrongly or stopped in the middle: what it says, how it ends, and that nothing is half-written."""

import itertools
import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

from lyt_service import LIMIT_S, LYT, ROOT, Service, lyt, main, wait_for

DESK = os.path.join(ROOT, "models/hotel/desk.yaml")
COMMANDS = json.loads(lyt("help", "--json", check=0).out)["commands"]
SUPPORT = os.path.join(ROOT, "models/support")


def take(source, target, n):
    """The first n lines of a file: enough to be stopped in the middle of, and no more to wait for."""
    with open(source, encoding="utf-8") as lines, open(target, "w", encoding="utf-8") as file:
        file.writelines(itertools.islice(lines, n))


class EveryCommand(unittest.TestCase):
    def test_op05_unknown_options_verbs_and_operands_are_answered_with_what_there_is(self):
        for row in COMMANDS:
            name = row["name"]
            with self.subTest(command=name):
                done = lyt(name, "--no-such-option")
                self.assertEqual((done.returncode, done.out), (2, ""))
                self.assertIn("--no-such-option", done.err)
                self.assertIn("lyt %s --help" % name, done.err)
                verbs = row.get("verbs") or []
                if not verbs:
                    continue
                for words in ((name,), (name, "nosuchverb")):
                    done = lyt(*words)
                    self.assertEqual((done.returncode, done.out), (2, ""))
                    for verb in verbs:
                        self.assertIn(verb, done.err)

    def test_help_and_manual_of_each(self):
        for row in COMMANDS:
            with self.subTest(command=row["name"]):
                self.assertIn("Usage: lyt %s" % row["name"], lyt(row["name"], "--help", check=0).out)
                self.assertIn(".TH LYT-%s 1" % row["name"].upper(), lyt("help", "--man", row["name"], check=0).out)
                if row["name"] not in ("help",):
                    self.assertIn("--json", lyt(row["name"], "--help").out)

    def test_full_disk_and_closed_stdout(self):
        for row in COMMANDS:
            with self.subTest(command=row["name"]):
                with open("/dev/full", "w") as full:
                    done = subprocess.run([LYT, row["name"], "--help"], stdout=full, stderr=subprocess.PIPE, timeout=LIMIT_S)
                self.assertEqual(done.returncode, 1)
                self.assertIn(b"no space left", done.stderr)
                # a reader that leaves ("| head -1") is told nothing and holds nobody up
                process = subprocess.Popen([LYT, row["name"], "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
                process.stdout.close()
                said = process.stderr.read()
                self.assertIn(process.wait(timeout=LIMIT_S), (0, 1, -signal.SIGPIPE))
                process.stderr.close()
                self.assertNotIn(b"Sanitizer", said)


class Stopped(unittest.TestCase):
    """What a command writes is there as a whole or as it was before, whenever it is stopped."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-stopped-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.made = os.path.join(self.folder, "made")

    def whole(self, *args):
        """The bytes that it writes when it is left alone."""
        lyt(*args, check=0)
        with open(self.made, "rb") as file:
            return file.read()

    def test_killed_and_interrupted_at_any_time(self):
        sentences = os.path.join(self.folder, "sentences.txt")
        take(os.path.join(SUPPORT, "training/en.txt"), sentences, 2000)
        pack = os.path.join(self.folder, "support")
        shutil.copytree(SUPPORT, pack)
        for language in ("en", "da"):
            take(os.path.join(SUPPORT, "training", language + ".txt"), os.path.join(pack, "training", language + ".txt"), 1000)
        writers = [
            ("train", "-o", self.made, sentences),
            ("pack", "build", pack, "-o", self.made),
            ("language", "--learn", os.path.join(ROOT, "lexicons/languages"), "--output", self.made),
        ]
        for args in writers:
            whole = self.whole(*args)
            # what ends it kindly takes no longer to be heard late than early
            for how, delays in ((signal.SIGKILL, (1, 5, 20, 60, 120)), (signal.SIGINT, (5, 60)), (signal.SIGTERM, (5, 60))):
                for old in (None, b"as it was"):
                    for delay in delays:
                        with self.subTest(command=args[0], signal=how.name, delay=delay):
                            if old is None and os.path.exists(self.made):
                                os.unlink(self.made)
                            elif old is not None:
                                with open(self.made, "wb") as file:
                                    file.write(old)
                            process = subprocess.Popen([LYT, *args], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                            try:
                                process.wait(timeout=delay / 100)
                            except subprocess.TimeoutExpired:
                                process.send_signal(how)
                            process.wait(timeout=LIMIT_S)
                            now = None
                            if os.path.exists(self.made):
                                with open(self.made, "rb") as file:
                                    now = file.read()
                            self.assertIn(now, (old, whole))

    def test_a_service_that_is_sent_to_and_killed_keeps_no_half_file(self):
        with Service("hotel", "--desk", DESK) as service:
            state = ("--state", service.state)
            lyt("send", "--property", "havnen", *state, stdin="The heating is broken in 214\n" * 50, check=0)
            copy = os.path.join(self.folder, "copy.db")
            for how in (signal.SIGKILL, signal.SIGINT, signal.SIGTERM):
                for delay in (0.001, 0.01, 0.05, 0.2):
                    process = subprocess.Popen([LYT, "backup", "--force", copy, *state], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    try:
                        process.wait(timeout=delay)
                    except subprocess.TimeoutExpired:
                        process.send_signal(how)
                    process.wait(timeout=LIMIT_S)
                    # what bears the name is a whole copy
                    if os.path.exists(copy):
                        lyt("backup", "--check", copy, check=0)
            self.assertEqual(service.status()["state"], "ok")


class Floods(unittest.TestCase):
    def test_a_file_that_is_something_else_is_not_complained_of_line_by_line(self):
        with Service("hotel", "--desk", DESK) as service:
            state = ("--state", service.state)
            for args in (("send", "--jsonl"), ("event",)):
                done = lyt(*args, *state, stdin="no JSON at all\n" * 20000)
                self.assertEqual(done.returncode, 1)
                self.assertIn("20000 not sent", done.out)
                self.assertLess(len(done.err.splitlines()), 1100)
                self.assertIn("told no more", done.err)
                self.assertIn("stdin:1:", done.err)
        done = lyt("import", "--dry-run", "-", stdin=b"a" * (4 << 20))
        self.assertEqual(done.returncode, 1)
        self.assertIn("stdin:1", done.err)
        self.assertIn("first line is to name the columns", done.err)

    def test_a_subscriber_that_nobody_answers_says_so(self):
        nowhere = tempfile.mkdtemp(prefix="lyt-nowhere-")
        self.addCleanup(shutil.rmtree, nowhere)
        process = subprocess.Popen([LYT, "subscribe", "--since", "0", "--replay", "tcp://127.0.0.1:9", "--bus", "tcp://127.0.0.1:9", "--state", nowhere],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said = b""
        while b"waiting: nobody answers at tcp://127.0.0.1:9" not in said:
            line = process.stderr.readline()
            self.assertTrue(line, said)
            said += line
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=LIMIT_S)


if __name__ == "__main__":
    main()
