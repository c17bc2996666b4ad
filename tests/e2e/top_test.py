"""`lyt top` on a terminal of its own: keys, and the terminal as it was however it ends."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
import unittest

from lyt_service import LYT, ROOT, Service, lyt, main, wait_for

HOTEL = os.path.join(ROOT, "models/hotel/desk.yaml")


class Terminal:
    """lyt top behind a pseudo terminal of 24 rows and 80 columns."""

    def __init__(self, service, *options):
        self.us, self.it = pty.openpty()
        termios.tcsetwinsize(self.it, (24, 80)) if hasattr(termios, "tcsetwinsize") else None
        self.before = termios.tcgetattr(self.it)
        self.heard = b""
        self.process = subprocess.Popen(
            [LYT, "top", "--state", service.state, "--language", "en", *options],
            stdin=self.it, stdout=self.it, stderr=self.it, start_new_session=True,
            env=dict(os.environ, TERM="xterm"))

    def read(self):
        while select.select([self.us], [], [], 0)[0]:
            try:
                self.heard += os.read(self.us, 65536)
            except OSError:
                break
        return self.heard.decode("utf-8", "replace")

    def wait(self, text, what):
        return wait_for(lambda: text in self.read(), what + ": " + repr(text), 30)

    def press(self, keys):
        self.heard = b""
        os.write(self.us, keys.encode())

    def end(self):
        self.process.wait(timeout=30)
        self.read()
        after = termios.tcgetattr(self.it)
        os.close(self.us)
        os.close(self.it)
        return after


class Top(unittest.TestCase):
    def house(self):
        service = Service("hotel", "--desk", HOTEL)
        self.addCleanup(service.__exit__, None, None, None)
        service.start()
        # one after the other: two workers would number the incidents as they come
        for row in ({"id": "1", "property": "havnen", "place": "214", "text": "Der er ingen varmt vand"},
                    {"id": "2", "property": "havnen", "place": "311", "text": "Maden var iskold"}):
            lyt("send", "--jsonl", "--state", service.state, check=0, stdin=json.dumps(row) + "\n")
            wait_for(service.all_classified, "it to be classified")
        return service

    def state(self, service, n):
        return json.loads(lyt("incident", "show", n, "--json", "--state", service.state, check=0).out)["incident"]["state"]

    def test_once(self):
        service = self.house()
        out = lyt("top", "--once", "--state", service.state, "--language", "en", check=0).out
        lines = out.split("\n")
        self.assertEqual(len(lines), 25)
        self.assertTrue(all(len(line) <= 80 for line in lines))
        self.assertIn("2 open, 2 wait for somebody", lines[0])
        self.assertRegex(lines[2], r"^>! +1 .*no-hot-water +214 +-$")
        self.assertRegex(lines[3], r"^ ! +2 .*food-cold +311 +-$")
        self.assertNotIn("\x1b", out)
        danish = lyt("top", "--once", "--state", service.state, env={"LC_ALL": "da_DK.UTF-8"}, check=0).out
        self.assertIn("2 åbne, 2 venter på nogen", danish)
        self.assertIn("this is no terminal", lyt("top", "--state", service.state, check=1).err)
        self.assertEqual(lyt("top", "--state", "/nowhere").returncode, 1)

    def test_keys(self):
        service = self.house()
        top = Terminal(service, "--by", "bent")
        top.wait("2 wait for somebody", "the board")
        top.press("a")
        top.wait("1 taken on", "the answer")
        wait_for(lambda: self.state(service, 1) == "acknowledged", "the acknowledgement")
        # it moved down behind what waits, and stays chosen
        top.wait("1 wait for somebody", "the next picture")
        self.assertRegex(top.read(), r">\S* +1 ")
        top.press("r")
        top.wait("Why was it?", "the first question")
        top.press("kedlen\x7f\x7fen gik ud\r")
        top.wait("What was done?", "the second question")
        top.press("startet igen\r")
        top.wait("1 put right", "the answer")
        self.assertEqual(self.state(service, 1), "closed")
        shown = lyt("incident", "show", 1, "--state", service.state, check=0).out
        self.assertIn('"kedlen gik ud"', shown)
        self.assertIn('"startet igen"', shown)
        # what is refused is said, and an escape is no answer
        top.press("r")
        top.wait("Why was it?", "the question")
        top.press("\x1b")
        top.wait("\x1b[J", "the list")
        lyt("send", "--jsonl", "--state", service.state, check=0, stdin=json.dumps(
            {"property": "havnen", "place": "402", "text": "Wifi does not work at all"}) + "\n")
        top.wait("wifi-down", "a new alarm, within a second or so")
        top.press("\x1b[B\x1b[Bq")
        after = top.end()
        self.assertEqual(top.process.returncode, 0)
        self.assertEqual(after, top.before)
        self.assertIn(b"\x1b[?1049l", top.heard)

    def test_in02_what_is_refused_is_said_in_danish_and_so_is_a_name_of_nobody(self):
        """IN-02, IN-13: who takes on what somebody has is told whose it is; who is nobody of the house, that too."""
        service = self.house()
        top = Terminal(service, "--by", "nogen", "--language", "da")
        top.wait("2 venter på nogen", "the board")
        top.press("a")
        top.wait("ingen i dette hus hedder som du", "the warning")
        top.wait("1 venter på nogen", "the next picture")
        lyt("incident", "assign", 1, "--to", "bent", "--by", "lise", "--state", service.state, check=0)
        top.wait("bent", "whose it is")
        top.press("a")
        top.wait("sag 1 er allerede hos bent", "the refusal")
        top.press("q")
        top.end()

    def test_the_terminal_is_restored(self):
        service = self.house()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGSEGV):
            top = Terminal(service)
            top.wait("2 open", "the board")
            self.assertNotEqual(termios.tcgetattr(top.it), top.before)
            top.process.send_signal(number)
            self.assertEqual(top.end(), top.before, number)
            self.assertTrue(top.heard.endswith(b"\x1b[?1049l"), (number, top.heard[-80:]))

    def test_a_service_that_goes_and_comes(self):
        service = self.house()
        top = Terminal(service)
        top.wait("2 open", "the board")
        service.kill()
        top.press("j")
        top.press("q")
        top.end()
        self.assertEqual(top.process.returncode, 0)


if __name__ == "__main__":
    main()
