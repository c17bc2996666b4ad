"""A real `lyt serve` on free loopback ports for the end-to-end tests; standard library only.

No test sleeps for a fixed time: everything waits for a condition, up to a limit.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

LYT = os.environ["LYT_BINARY"]
ROOT = os.environ["LYT_DATA"]
# whatever the language of who runs the tests; those of Danish say so themselves
os.environ["LC_ALL"] = "C.UTF-8"
LIMIT_S = float(os.environ.get("LYT_LIMIT_S", "300"))
# a program that is watched (./bootstrap tsan) may take so many times as long where a test says how long it may take
SLOW = float(os.environ.get("LYT_SLOW", "1"))


def wait_for(condition, what, limit_s=LIMIT_S):
    """Asks condition() until it gives something true, and returns that.

    A condition that starts a program each time costs as much as what it waits for: the pause is as
    long as the question took, so that half of the time nobody asks.
    """
    until = time.monotonic() + limit_s
    while True:
        began = time.monotonic()
        got = condition()
        if got:
            return got
        if time.monotonic() > until:
            raise AssertionError("waited %g s for %s" % (limit_s, what))
        select_pause(time.monotonic() - began)


def select_pause(at_least_s=0):
    """The shortest useful pause between two looks at a condition."""
    select.select([], [], [], max(0.01, at_least_s))


def lyt(*args, stdin=None, env=None, check=None, **more):
    """Runs lyt to its end; check: the exit code it must have."""
    done = subprocess.run(
        [LYT, *map(str, args)],
        input=stdin if stdin is None or isinstance(stdin, bytes) else stdin.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(os.environ, **(env or {})),
        timeout=LIMIT_S,
        **more,
    )
    done.out = done.stdout.decode("utf-8", "replace")
    done.err = done.stderr.decode("utf-8", "replace")
    if check is not None and done.returncode != check:
        raise AssertionError(
            "lyt %s gave %d, not %d\n%s%s"
            % (" ".join(map(str, args)), done.returncode, check, done.out, done.err)
        )
    return done


class Service:
    """lyt serve with a state folder of its own; survives being killed and started again."""

    def __init__(self, pack="hotel", *options):
        self.state = tempfile.mkdtemp(prefix="lyt-e2e-")
        self.pack = pack
        self.options = options
        self.prefix = []  # words that lead into where it runs
        self.process = None
        self.log = open(os.path.join(self.state, "log"), "ab")

    def start(self, *more):
        self.process = subprocess.Popen(
            [*self.prefix, LYT, "serve", "-p", self.pack, "--state", self.state, "--free-ports", *self.options, *more],
            stdout=subprocess.DEVNULL,
            stderr=self.log,
        )
        wait_for(self.is_ready, "the service to be ready; its log:\n" + self.read_log())
        return self

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError("lyt serve ended with %d:\n%s" % (self.process.returncode, self.read_log()))
        try:
            with open(os.path.join(self.state, "endpoints.json")) as file:
                return json.load(file)["pid"] == self.process.pid
        except (OSError, ValueError):
            return False

    def read_log(self):
        with open(os.path.join(self.state, "log"), errors="replace") as file:
            return file.read()[-4000:]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Asks it to end and gives its exit code."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=LIMIT_S)
        return self.process.returncode if self.process else None

    def status(self):
        return json.loads(lyt("status", "--state", self.state, "--json", check=0).out)

    def rows(self, sql, *values):
        """Reads the database as it stands on the disk."""
        path = "file:%s?mode=ro" % os.path.join(self.state, "lyt.db")
        # one that stays open while the service ends sees nothing of what the next one writes
        with contextlib.closing(sqlite3.connect(path, uri=True, timeout=10)) as db:
            return db.execute(sql, values).fetchall()

    def all_classified(self):
        return not self.rows(
            "SELECT 1 FROM feedback f LEFT JOIN verdict v ON v.feedback_id = f.id"
            " WHERE v.feedback_id IS NULL LIMIT 1"
        )

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, value, trace):
        code = self.stop()
        self.log.close()
        log = self.read_log()
        shutil.rmtree(self.state, ignore_errors=True)
        # a sanitizer's finding on the way down, too, is a failure of the test
        failed = code not in (0, None, -signal.SIGKILL)
        if kind or failed:
            sys.stderr.write(log)
        if failed and not kind:
            raise AssertionError("lyt serve ended with %d" % code)


def main():
    unittest.main(verbosity=2)
