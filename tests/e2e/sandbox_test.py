"""The service's tests once more, lyt running under the system call filter of its systemd unit."""

import os
import shutil
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import sandboxed  # noqa: E402


@unittest.skipUnless(sandboxed.can_run() and shutil.which("systemd-analyze"), "needs systemd-analyze on x86-64")
@unittest.skipIf(os.environ.get("LYT_SANITIZE"), "a sanitizer does what a service must not")
class Sandbox(unittest.TestCase):
    def test_the_filter_forbids_something(self):
        names = sandboxed.allowed(os.environ["LYT_UNIT"])
        self.assertIn("read", names)
        for name in ("mount", "reboot", "ptrace", "setuid", "chroot", "bpf"):
            self.assertNotIn(name, names)

    def test_pr16_the_service_does_all_it_does_under_the_filter(self):
        env = dict(os.environ, LYT_SANDBOXED=os.environ["LYT_BINARY"], LYT_BINARY=os.path.join(HERE, "sandboxed.py"))
        ran = subprocess.run([sys.executable, os.path.join(HERE, "service_test.py")], env=env, stderr=subprocess.PIPE)
        self.assertEqual(ran.returncode, 0, ran.stderr.decode()[-4000:])
        self.assertIn(b"OK", ran.stderr[-40:])

    def test_the_unit_is_one(self):
        said = subprocess.run(["systemd-analyze", "verify", os.environ["LYT_UNIT"]], stderr=subprocess.PIPE).stderr
        # that binary and manual are not installed here is no fault of the unit's
        wrong = [line for line in said.decode().splitlines() if "lyt.service:" in line and "not executable" not in line and "man lyt" not in line]
        self.assertEqual(wrong, [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
