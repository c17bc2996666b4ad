"""Every command in README.md, models/README.md and lexicons/README.md is run, as written, in the order written.

A block's info string says where it runs: ```sh in the one shell that goes on from block to
block, ```sh terminal=NAME beside it until the end. ./bootstrap itself is not run again:
`./bootstrap build` stands for the binary under test, the others are what runs this test.
"""

import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

from lyt_service import LYT, ROOT, main, wait_for

BLOCK = re.compile(r"^```sh(?: terminal=(\w+))?\n(.*?)^```", re.S | re.M)

# goes on when all that was accepted has its verdict
CLASSIFIED = 'until lyt status --json | grep -q \'"feedback":[0-9]*,"waiting":0,\'; do :; done'


def blocks(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return BLOCK.findall(file.read())


class Documents(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.mkdtemp(prefix="lyt-readme-")
        for name in ("lexicons", "bootstrap"):
            os.symlink(os.path.join(ROOT, name), os.path.join(self.home, name))
        self.copy_models()
        os.makedirs(os.path.join(self.home, "build/release"))
        os.symlink(LYT, os.path.join(self.home, "build/release/lyt"))
        self.terminals = []

    def tearDown(self):
        for terminal in self.terminals:
            terminal.terminate()
            terminal.wait(timeout=300)
        shutil.rmtree(self.home)

    def copy_models(self):
        """As they are, but of the support desk's sentences, which are trained and judged, every sixth."""
        shutil.copytree(os.path.join(ROOT, "models"), os.path.join(self.home, "models"))
        for language in ("en", "da"):
            path = os.path.join(self.home, "models/support/training", language + ".txt")
            with open(path, encoding="utf-8") as lines:
                kept = list(itertools.islice(lines, 0, None, 6))
            with open(path, "w", encoding="utf-8") as file:
                file.writelines(kept)

    def adapt(self, script):
        """The same commands, but with folders of this test's own and nothing built twice."""
        script = script.replace("/tmp/", self.home + "/")
        # the usual ports may be somebody's; the other commands find the service by its state
        script = script.replace("lyt serve -p hotel", "lyt serve -p hotel --free-ports")
        # a machine that runs all tests at once is slower than a person who types the next command
        script = re.sub(r"^(.*\| lyt send .*)$", r"\1\n" + CLASSIFIED, script, flags=re.M)
        return re.sub(r"^\./bootstrap \w+$", "test -x ./bootstrap", script, flags=re.M)

    def shell(self, script, terminal=""):
        words = ["bash", "-euc", 'export PATH="$PWD/build/release:$PATH"\n' + self.adapt(script)]
        if terminal:
            # exec, so that ending the terminal ends the command
            words[2] = re.sub(r"^lyt ", "exec lyt ", words[2], flags=re.M)
            with open(os.path.join(self.home, terminal + ".log"), "wb") as log:
                self.terminals.append(subprocess.Popen(words, cwd=self.home, stdout=log, stderr=log))
            return ""
        done = subprocess.run(words, cwd=self.home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=1200)
        self.assertEqual(done.returncode, 0, "%s\n%s%s" % (script, done.stdout.decode(), done.stderr.decode()))
        return done.stdout.decode()

    def log(self, terminal):
        with open(os.path.join(self.home, terminal + ".log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def is_serving(self):
        """The README's ports are fixed ones, so another service on this machine is in the way."""
        self.assertIsNone(self.terminals[0].poll(), self.log("service"))
        return os.path.exists(os.path.join(self.home, "lyt-tour/endpoints.json"))

    def test_readme(self):
        found = blocks("README.md")
        self.assertGreater(len(found), 6)
        output = []
        for terminal, script in found:
            output.append(self.shell(script, terminal))
            if terminal == "service":
                wait_for(self.is_serving, "the service")
            if terminal == "subscriber":
                wait_for(lambda: "listening" in self.log("subscriber"), "the second terminal to listen")
            if "lyt send" in script:
                for scenario in ("no-hot-water", "key-card-fails"):
                    wait_for(lambda: scenario in self.log("subscriber"), scenario + " in the second terminal")
        everything = "\n".join(output)
        for word in ("noise-from-bar", "room-not-cleaned", "room-too-cold", '"place":"214"', "Boiler restarted",
                     "duty-manager", "micro_f1"):
            self.assertIn(word, everything)

    def test_first_message_of_a_gateway(self):
        found = [block for block in blocks("docs/channels.md") if "/tmp/lyt-sms" in block[1]]
        self.assertEqual([terminal for terminal, _ in found], ["", "sms", ""])
        at = os.path.join(self.home, "lyt-sms/state/endpoints.json")
        self.assertIn("0 errors, 0 warnings", self.shell(found[0][1]))
        self.shell(found[1][1], "sms")

        def is_there():
            self.assertIsNone(self.terminals[0].poll(), self.log("sms"))
            return os.path.exists(at)

        wait_for(is_there, "the service")
        with open(at) as file:
            http = json.load(file)["http"]
        told = self.shell(found[2][1].replace("http://127.0.0.1:7700", http).replace("lyt incident list", CLASSIFIED
                                                                                    + "\nlyt incident list"))
        self.assertIn("<Response/>", told)
        self.assertRegex(told, r"no-hot-water +havnen/305")

    def test_ten_minutes_to_an_own_scenario(self):
        found = [script for _, script in blocks("models/README.md") if "/tmp/our-hotel" in script]
        self.assertEqual(len(found), 3)
        made, tried, housed = map(self.shell, found)
        self.assertRegex(made, r"our-hotel: \d+ scenarios, .* 0 errors")
        self.assertIn("+ scenario bike-faulty", made)
        self.assertRegex(made, r"(?m)^bike-faulty 0\.\d+ maintenance")
        self.assertEqual(len(re.findall(r"(?m)^\d+ messages: \d+ alarms before", tried)), 2)
        self.assertRegex(housed, r"(?m)^bike-faulty +maintenance +bike-keeper +2 .* property$")

    def test_a_word_of_a_language(self):
        found = blocks("lexicons/README.md")
        self.assertTrue(found)
        with open(os.path.join(self.home, "messages.txt"), "w", encoding="utf-8") as file:
            file.write("Der er koldt\nThe room is cold\n")
        self.assertRegex("".join(self.shell(script) for _, script in found), r"spa: 1 scenarios, .* 0 errors")


if __name__ == "__main__":
    main()
