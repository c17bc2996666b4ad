"""BU-12 as a technician meets it: keys that come late, are wrong, or lie in a file that is not there."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest

from lyt_service import LYT, Service, lyt, main, wait_for


def text_of(path):
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""


class LateKey(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-e2e-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.keys = os.path.join(self.folder, "keys")
        self.access = os.path.join(self.keys, "access")
        self.server = lyt("keygen", "--service", self.keys, check=0).out.strip()
        self.secret = os.path.join(self.folder, "late.key")
        self.public = lyt("keygen", self.secret, check=0).out.strip()

    def begin(self, name, *words, stdin=None):
        """A program with the late key; what it says is in NAME.out and NAME.err."""
        with open(self.at(name + ".out"), "w") as out, open(self.at(name + ".err"), "w") as err:
            process = subprocess.Popen([LYT, *words, "--key", self.secret, "--server-key", self.server],
                                       stdin=subprocess.PIPE, stdout=out, stderr=err)
        self.addCleanup(self.end, process)
        if stdin:
            process.stdin.write(stdin.encode())
        process.stdin.close()
        return process

    @staticmethod
    def end(process):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait()

    def at(self, name):
        return os.path.join(self.folder, name)

    def wait_log(self, service, what):
        wait_for(lambda: what in text_of(os.path.join(service.state, "log")), what + " in the log")

    def test_bu12_who_was_there_before_its_key_comes_in_with_it(self):
        with Service("hotel", "--keys", self.keys, "--workers", "0") as service:
            with open(os.path.join(service.state, "endpoints.json")) as file:
                at = json.load(file)
            both = ("--bus", at["bus"], "--replay", at["replay"])
            self.begin("free", "subscribe", *both)
            self.begin("named", "subscribe", "--name", "late", "--since", "0", "--json", "--replay", at["replay"],
                       "alarm.")
            self.begin("worker", "worker", "-p", "hotel", "--connect", at["work"])
            sender = self.begin("sender", "send", "--submit", at["submit"], "--timeout", "200",
                                stdin="the pool is dirty\n")
            # each says what to look at, and the log of the service has the very key
            for name, hint in ("free", "has its file access this key"), ("named", "has its file access this key"), (
                    "worker", "LYT-WORKER-ALONE"):
                wait_for(lambda: hint in text_of(self.at(name + ".err")), "the hint of " + name)
            self.wait_log(service, "LYT-KEY-UNKNOWN")
            log = text_of(os.path.join(service.state, "log"))
            self.assertIn(self.public, log)
            self.assertEqual(log.count("LYT-KEY-UNKNOWN"), 1, "however often it tries")
            self.assertNotIn("listening", text_of(self.at("named.err")))
            with open(self.access) as file:
                before = file.read()
            with open(self.access, "a") as file:
                file.write("late %s all\n" % self.public)
            for name, said in ("free", "listening"), ("named", "listening"), ("worker", "LYT-WORKER-JOINED"):
                wait_for(lambda: said in text_of(self.at(name + ".err")), "%s to come in" % name)
            self.assertEqual(sender.wait(), 0)
            wait_for(lambda: "pool" in text_of(self.at("named.out")), "the alarm")
            # taken out by mistake, and put back: nobody has to be started anew
            with open(self.access, "w") as file:
                file.write(before)
            wait_for(lambda: service.status()["queue"]["attached"] == 0, "the name to be dropped")
            wait_for(lambda: "right to work" in text_of(self.at("worker.err")), "the worker to be refused")
            with open(self.access, "a") as file:
                file.write("late %s all\n" % self.public)
            wait_for(lambda: service.status()["queue"]["attached"] == 1, "the name to be attached again")
            n = text_of(self.at("free.out")).count("\n")
            lyt("incident", "ack", "1", "--by", "x", "--state", service.state, check=0)
            wait_for(lambda: text_of(self.at("free.out")).count("\n") > n, "the bus to be heard again")

    def test_bu12_the_file_is_gone_or_open_to_all(self):
        with Service("hotel", "--keys", self.keys) as service:
            os.rename(self.access, self.access + ".away")
            self.wait_log(service, "LYT-KEYS-BAD")
            self.assertEqual(service.status()["state"], "ok")  # the old ones stay
            os.rename(self.access + ".away", self.access)
            os.chmod(self.access, 0o666)
            self.wait_log(service, "chmod o-w it")
            self.assertEqual(service.status()["state"], "ok")
        said = lyt("serve", "--state", self.at("s"), "--free-ports", "--keys", self.keys, check=1).err
        self.assertIn("access: everybody on this machine may write it", said)

    def test_bu12_tools_find_the_key_of_a_folder_that_was_named_from_elsewhere(self):
        here = os.getcwd()
        self.addCleanup(os.chdir, here)
        os.chdir(self.folder)
        with Service("hotel", "--keys", "keys") as service:
            os.chdir("/")
            self.assertEqual(service.status()["state"], "ok")


if __name__ == "__main__":
    main()
