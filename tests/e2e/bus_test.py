"""The bus as its users meet it: named subscribers, keys, the C library, other languages, reload, schemas."""

import ctypes
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from lyt_service import LIMIT_S, LYT, ROOT, Service, lyt, main, wait_for

BUILD = os.environ["LYT_BUILD"]
PYTHON = "/usr/bin/python3"  # Debian's, which Debian's zmq belongs to


def has(*command):
    try:
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0
    except OSError:
        return False


def ports(service):
    with open(os.path.join(service.state, "endpoints.json")) as file:
        return json.load(file)


def seqs_in(path):
    with open(path) as file:
        return [json.loads(line)["seq"] for line in file if line.endswith("\n")]


def first_of(path):
    """The numbers an example wrote, each once: an event may come a second time."""
    with open(path) as file:
        return {line.split()[1] for line in file if line.endswith("\n")}


def same_ports(service):
    """The same ports after a restart, as in a house."""
    at = ports(service)
    service.options += tuple(w for n in ("submit", "work", "bus", "replay") for w in ("--" + n, at[n]))
    return at


def send(service, lines, *more):
    return lyt("send", "--state", service.state, *more, stdin="".join(line + "\n" for line in lines), check=0)


def count(path):
    try:
        with open(path, "rb") as file:
            return file.read().count(b"\n")
    except FileNotFoundError:
        return 0


class Named(unittest.TestCase):
    def test_bu05_every_alarm_once_through_kills_of_both(self):
        with Service() as service:
            same_ports(service)
            done = os.path.join(service.state, "done")
            command = [LYT, "subscribe", "--state", service.state, "--name", "pager", "--since", "0",
                       "--ack-wait", "2000", "--exec", "cat >> " + done, "alarm."]
            wanted = "SELECT seq FROM event WHERE topic LIKE 'alarm.%' ORDER BY seq"
            for kill in range(4):
                pager = subprocess.Popen(command, stderr=service.log)
                send(service, ["room %d is freezing, no %d" % (i, kill) for i in range(10)])
                wait_for(lambda: count(done) >= 10 * kill + 5, "some alarms")
                (service.process if kill % 2 else pager).send_signal(signal.SIGKILL)
                if kill % 2:
                    service.process.wait()
                    service.start()
                wait_for(service.all_classified, "the verdicts")
                if kill % 2:
                    wait_for(lambda: len(set(seqs_in(done))) >= len(service.rows(wanted)), "all alarms")
                    pager.terminate()
                pager.wait()
            seqs = seqs_in(done)
            self.assertEqual(sorted(set(seqs)), [row[0] for row in service.rows(wanted)])
            # at least once, and nearly always once: what was under way when somebody was killed
            self.assertLess(len(seqs) - len(set(seqs)), len(seqs) / 2)

    def test_a_command_that_fails_ends_in_a_dead_letter(self):
        with Service() as service:
            at = ("--state", service.state)
            send(service, ["the lift is stuck"])
            wait_for(service.all_classified, "the verdict")
            lyt("subscribe", *at, "--name", "p", "--since", 0, "--exec", "false", "--timeout", 0.5, "alarm.", check=1)
            subscribers = lyt("status", *at, "--subscribers", check=0).out
            self.assertIn('"name":"p"', subscribers)
            # put off five times, then it is a dead letter
            pager = subprocess.Popen([LYT, "subscribe", *at, "--name", "p", "--exec", "false", "alarm."],
                                     stderr=subprocess.DEVNULL)
            wait_for(lambda: lyt("subscribe", *at, "--name", "p", "--dead").out, "the dead letter")
            pager.terminate()
            pager.wait()
            dead = json.loads(lyt("subscribe", *at, "--name", "p", "--dead", check=0).out.splitlines()[0])
            self.assertGreaterEqual(dead["deliveries"], 5)
            self.assertEqual(dead["event"]["type"], "alarm")
            self.assertIn("raised", lyt("subscribe", *at, "--name", "p", "--raise", check=0).out)
            heard = lyt("subscribe", *at, "--name", "p", "--json", "--count", 1, "--timeout", 20, "alarm.", check=0)
            self.assertEqual(json.loads(heard.out)["seq"], dead["seq"])
            wait_for(lambda: not lyt("subscribe", *at, "--name", "p", "--dead", check=0).out, "no dead letter")
            lyt("subscribe", *at, "--name", "p", "--forget", check=0)
            self.assertEqual(lyt("status", *at, "--subscribers", check=0).out, "")

    def test_bu14_resume_and_snapshot(self):
        with Service() as service:
            at = ("--state", service.state)
            kept = os.path.join(service.state, "kept")
            send(service, ["room %d is freezing" % i for i in range(4)])
            wait_for(service.all_classified, "the verdicts")
            last = service.rows("SELECT max(seq) FROM event")[0][0]
            first = lyt("subscribe", *at, "--resume", kept, "--since", 0, "--json", "--count", 3, check=0)
            rest = lyt("subscribe", *at, "--resume", kept, "--json", "--count", last - 3, "--timeout", 20, check=0)
            seqs = [json.loads(line)["seq"] for line in (first.out + rest.out).splitlines()]
            self.assertEqual(sorted(set(seqs)), list(range(1, last + 1)))
            snapshot = lyt("subscribe", *at, "--snapshot", "--json", "--timeout", 2, check=1)
            open_now = [json.loads(line)["incident"] for line in snapshot.out.splitlines()]
            self.assertEqual(open_now, [r[0] for r in service.rows("SELECT id FROM incident WHERE open = 1")])

    def test_misuse(self):
        for words in (["--exec", "true"], ["--name", "p", "--snapshot"], ["--name", "p", "--dead", "--raise"]):
            lyt("subscribe", *words, check=2)


class Keys(unittest.TestCase):
    def test_bu12_a_house_with_keys(self):
        with tempfile.TemporaryDirectory() as folder:
            keys = os.path.join(folder, "keys")
            server = lyt("keygen", "--service", keys, check=0).out.strip()
            pager = lyt("keygen", os.path.join(folder, "pager.key"), check=0).out.strip()
            lyt("keygen", os.path.join(folder, "pager.key"), check=1)
            self.assertEqual(os.stat(os.path.join(keys, "server.key")).st_mode & 0o777, 0o600)
            access = os.path.join(keys, "access")
            with open(access) as file:
                before = file.read()
            with open(access, "a") as file:
                file.write("pager %s topic=alarm.havnen.\n" % pager)
            with Service("hotel", "--keys", keys, "--submit", "tcp://0.0.0.0:*") as service:
                at = ports(service)
                mine = ("--key", os.path.join(folder, "pager.key"), "--server-key", server)
                self.assertEqual(at["server_key"], server)
                self.assertEqual(service.status()["state"], "ok")  # this machine's own key
                send(service, ["it is freezing"], "--property", "havnen")
                send(service, ["it is freezing"], "--property", "byen")
                wait_for(service.all_classified, "the verdicts")
                said = lyt("status", "--replay", at["replay"], *mine, check=1).err
                self.assertIn("may not ask", said)
                heard = lyt("subscribe", "--bus", at["bus"], "--replay", at["replay"], *mine, "--since", 0, "--json",
                            "--timeout", 2, check=1).out
                self.assertEqual({json.loads(line)["property"] for line in heard.splitlines()}, {"havnen"})
                self.assertEqual({json.loads(line)["type"] for line in heard.splitlines()}, {"alarm"})
                said = lyt("status", "--replay", at["replay"], check=1).err  # without a key
                self.assertIn("no answer", said)
                with open(access, "w") as file:
                    file.write(before)
                wait_for(lambda: lyt("subscribe", "--bus", at["bus"], "--replay", at["replay"], *mine, "--since", 0,
                                     "--count", 1, "--timeout", 1).returncode == 1, "the key to be of no use")
                os.chmod(os.path.join(keys, "local.key"), 0o644)
                self.assertIn("others may read", lyt("status", "--state", service.state, check=1).err)

    def test_open_to_others_only_with_keys(self):
        with tempfile.TemporaryDirectory() as state:
            said = lyt("serve", "--state", state, "--free-ports", "--bus", "tcp://0.0.0.0:*", check=1).err
            self.assertIn("keygen", said)


class Library(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-e2e-")
        self.addCleanup(shutil.rmtree, self.folder)
        with open(os.path.join(ROOT, "docs", "bus.md"), encoding="utf-8") as file:
            self.text = file.read()

    def test_bu14_the_example_in_c(self):
        source = os.path.join(self.folder, "pager.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(re.search(r"```c\n(.*?)```", self.text, re.S).group(1))
        program = os.path.join(self.folder, "pager")
        subprocess.run(["cc", "-Wall", "-Wextra", "-Werror", "-I", os.path.join(ROOT, "include"), source, "-L", BUILD,
                        "-llyt-subscriber", *os.environ.get("LYT_SANITIZE", "").split(), "-o", program], check=True)
        with Service() as service:
            send(service, ["room %d is freezing" % i for i in range(3)])
            running = subprocess.Popen([program, ports(service)["replay"]], stdout=subprocess.PIPE,
                                       env=dict(os.environ, LD_LIBRARY_PATH=BUILD))
            out = running.communicate(timeout=LIMIT_S)[0].decode().splitlines()
            self.assertEqual(running.returncode, 0)
            self.assertEqual(len(out), 3)
            self.assertTrue(all(line.startswith("alarm.") for line in out), out)

    @unittest.skipIf(os.environ.get("LYT_SANITIZE"), "a sanitizer's library cannot be loaded into python")
    def test_bu14_from_python_by_ctypes(self):
        class Str(ctypes.Structure):
            _fields_ = [("ptr", ctypes.c_void_p), ("len", ctypes.c_size_t)]

        class Options(ctypes.Structure):
            _fields_ = [("replay", ctypes.c_char_p), ("bus", ctypes.c_char_p), ("name", ctypes.c_char_p),
                        ("topics", ctypes.POINTER(ctypes.c_char_p)), ("n_topics", ctypes.c_size_t),
                        ("since", ctypes.c_int64), ("credit", ctypes.c_int64), ("ack_wait_ms", ctypes.c_int64),
                        ("max_deliveries", ctypes.c_int64), ("late_ms", ctypes.c_int64),
                        ("server_key", ctypes.c_char_p), ("key_file", ctypes.c_char_p), ("alloc", ctypes.c_void_p)]

        class Event(ctypes.Structure):
            _fields_ = [("seq", ctypes.c_int64), ("delivery", ctypes.c_int64), ("topic", Str), ("json", Str)]

        library = ctypes.CDLL(os.path.join(BUILD, "liblyt-subscriber.so"))
        with Service() as service:
            at = ports(service)
            send(service, ["room %d is freezing" % i for i in range(3)])
            wait_for(service.all_classified, "the verdicts")
            for name in (None, b"ctypes"):
                sub, err, event = ctypes.c_void_p(), ctypes.create_string_buffer(1024), Event()
                options = Options(replay=at["replay"].encode(), bus=at["bus"].encode(), name=name)
                self.assertEqual(library.lyt_subscription_open(ctypes.byref(sub), ctypes.byref(options), err), 0)
                seqs = []
                while len(seqs) < 6:
                    status = library.lyt_subscription_next(sub, ctypes.byref(event), 20000, err)
                    self.assertEqual(status, 0)
                    seqs.append(json.loads(ctypes.string_at(event.json.ptr, event.json.len))["seq"])
                    library.lyt_subscription_ack(sub, ctypes.c_int64(event.seq))
                self.assertEqual(seqs, [1, 2, 3, 4, 5, 6])
                library.lyt_subscription_close(sub)

    def test_the_page_shows_the_very_example(self):
        with open(os.path.join(ROOT, "docs", "examples", "subscriber.py")) as file:
            example = file.read()
        self.assertIn("```python\n" + example.rstrip() + "\n```", self.text)
        self.assertLessEqual(len([line for line in example.splitlines() if line.strip()]), 32)

    def listens(self, *command):
        """The example hears what was, and what comes after the service was killed."""
        with Service() as service:
            at = same_ports(service)
            out = os.path.join(service.state, "out")
            send(service, ["room %d is freezing" % i for i in range(3)])
            with open(out, "wb") as file:
                running = subprocess.Popen([word.format(**at) for word in command], stdout=file, stderr=service.log)
            try:
                wait_for(lambda: count(out) >= 3, "three alarms")
                service.kill()
                service.start()
                send(service, ["room 7 is freezing, too"])
                wait_for(lambda: len(first_of(out)) >= 4, "the fourth")
            finally:
                running.kill()
                running.wait()
            seqs = first_of(out)
            wanted = [str(r[0]) for r in service.rows("SELECT seq FROM event WHERE topic LIKE 'alarm.%' ORDER BY seq")]
            self.assertEqual(sorted(seqs, key=int), wanted)

    @unittest.skipUnless(has(PYTHON, "-c", "import zmq"), "needs python3-zmq")
    def test_the_example_in_python(self):
        self.listens(PYTHON, os.path.join(ROOT, "docs/examples/subscriber.py"), "{replay}", "python")

    @unittest.skipUnless(has("perl", "-MZMQ::FFI", "-e", "1"), "needs libzmq-ffi-perl")
    def test_the_example_in_perl(self):
        self.listens("perl", os.path.join(ROOT, "docs/examples/subscriber.pl"), "{replay}", "perl")

    @unittest.skipUnless(has(PYTHON, "-c", "import zmq"), "needs python3-zmq")
    def test_the_example_without_a_name(self):
        with Service() as service:
            at, out = ports(service), os.path.join(service.state, "out")
            with open(out, "wb") as file:
                running = subprocess.Popen([PYTHON, os.path.join(ROOT, "docs/examples/raw.py"), at["bus"], at["replay"],
                                            "alarm."], stdout=file, stderr=service.log)
            try:
                n = 0

                def heard():
                    nonlocal n
                    n += 1
                    send(service, ["room %d is freezing" % n])
                    return count(out) >= 2

                wait_for(heard, "two alarms")
            finally:
                running.kill()
                running.wait()
            with open(out) as file:
                seqs = [int(line.split()[1]) for line in file]
            self.assertEqual(seqs, sorted(set(seqs)))


class Reload(unittest.TestCase):
    def test_sc04_a_bad_pack_changes_nothing_and_a_good_one_is_used_from_the_next_message(self):
        with tempfile.TemporaryDirectory() as folder:
            pack = os.path.join(folder, "hotel")
            shutil.copytree(os.path.join(ROOT, "models", "hotel"), pack)
            shutil.copy(os.path.join(os.environ["LYT_BUILD"], "models", "hotel.lytm"), os.path.join(pack, "model.lytm"))
            with Service(pack) as service:
                before = service.status()["pack"]
                scenario = os.path.join(pack, "scenarios", "room-too-cold.yaml")
                with open(scenario) as file:
                    good = file.read()
                with open(scenario, "w") as file:
                    file.write(good + "\nnonsense: [\n")
                service.process.send_signal(signal.SIGHUP)
                wait_for(lambda: "LYT-RELOAD-FAILED" in service.read_log(), "the complaint")
                self.assertIn("room-too-cold.yaml", service.read_log())
                self.assertEqual(service.status()["pack"], before)
                send(service, ["it is freezing in here"])
                wait_for(service.all_classified, "the verdict")
                with open(scenario, "w") as file:
                    file.write(good.replace("severity: 2", "severity: 3", 1))
                sender = subprocess.Popen([LYT, "send", "--state", service.state, "--window", "5"],
                                          stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
                service.process.send_signal(signal.SIGHUP)
                n = 0

                def reloaded():
                    nonlocal n
                    n += 1
                    sender.stdin.write(b"room %d is freezing cold\n" % n)
                    sender.stdin.flush()
                    return "LYT-RELOADED" in service.read_log()

                wait_for(reloaded, "the new pack")
                sender.stdin.close()
                self.assertEqual(sender.wait(timeout=LIMIT_S), 0)
                send(service, ["room 5000 is freezing cold"])
                wait_for(service.all_classified, "the verdicts")
                after = service.status()["pack"]
                self.assertNotEqual(after, before)
                packs = [json.loads(row[0])["pack"] for row in
                         service.rows("SELECT json FROM event WHERE topic LIKE 'alarm.%' ORDER BY seq")]
                self.assertEqual(set(packs), {before, after})
                self.assertEqual(packs[-1], after)
                for severity, version in [(json.loads(row[0])["severity"], json.loads(row[0])["pack"]) for row in
                                          service.rows("SELECT json FROM event WHERE topic LIKE 'alarm.%too-cold'")]:
                    self.assertEqual(severity, 2 if version == before else 3)

    def test_sc03_a_pack_whose_example_comes_out_wrong_is_not_served_unless_forced(self):
        with tempfile.TemporaryDirectory() as folder:
            pack = os.path.join(folder, "spa")
            lyt("pack", "new", pack)
            scenario = os.path.join(pack, "scenarios", "long-wait.yaml")
            with open(scenario) as file:
                good = file.read()
            bad = good.replace("fires:", "fires:\n      - The towels are very soft", 1)
            line = bad[:bad.index("The towels")].count("\n") + 1
            with Service(pack) as service:
                before = service.status()["pack"]
                with open(scenario, "w") as file:
                    file.write(bad)
                service.process.send_signal(signal.SIGHUP)
                wait_for(lambda: "LYT-RELOAD-FAILED" in service.read_log(), "the complaint")
                self.assertIn("long-wait.yaml:%d:" % line, service.read_log())
                self.assertEqual(service.status()["pack"], before)
            done = lyt("serve", "-p", pack, "--state", os.path.join(folder, "state"), "--free-ports", check=1)
            self.assertIn("long-wait.yaml:%d:" % line, done.err)
            self.assertIn("'The towels are very soft' does not raise long-wait", done.err)
            self.assertIn("--force", done.err)
            with Service(pack, "--force") as service:
                self.assertIn("LYT-EXAMPLE-WRONG", service.read_log())
                self.assertNotEqual(service.status()["pack"], before)

    def test_a_worker_of_another_pack_is_refused_with_the_reason(self):
        with Service("hotel", "--workers", "0") as service:
            done = lyt("worker", "-p", "support", "--state", service.state, check=1)
            self.assertIn("this worker has the pack", done.err)
            self.assertIn(service.status()["pack"], done.err)


class Systemd(unittest.TestCase):
    def test_it_hears_ready_alive_reloading_and_stopping(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            path = os.path.join(folder, "notify")
            sock.bind(path)
            sock.settimeout(LIMIT_S)

            def until(text):
                while True:
                    said = sock.recv(4096).decode()
                    if text in said:
                        return said

            os.environ["NOTIFY_SOCKET"] = path
            try:
                service = Service()
                service.start()
            finally:
                del os.environ["NOTIFY_SOCKET"]
            until("READY=1")
            self.assertIn("STATUS=ok", until("WATCHDOG=1"))
            service.process.send_signal(signal.SIGHUP)
            self.assertRegex(until("RELOADING=1"), r"MONOTONIC_USEC=\d+")
            until("READY=1")
            service.process.send_signal(signal.SIGTERM)
            until("STOPPING=1")
            self.assertEqual(service.stop(), 0)
            shutil.rmtree(service.state)


if __name__ == "__main__":
    main()
