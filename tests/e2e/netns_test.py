"""The service, a sender, a remote worker and a subscriber in four network namespaces, with keys, and between
them wires that delay, lose, double, cut and reset: nothing acknowledged is lost, nothing is missed, and
each heals by itself.

Where a machine allows no namespaces this says so and runs the faults of network_test.py's proxies instead.
$LYT_SEED repeats what is done to whom; $LYT_STRIKES is how often [12].
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import network_test
from lyt_service import LIMIT_S, LYT, ROOT, Service, lyt, main, wait_for
from wires import Forbidden, Namespace, Wire, Wires, end_all, tun_in

STRIKES, AHEAD = int(os.environ.get("LYT_STRIKES", "12")), 8
FAULTS = ("delay", "lossy", "doubled", "cut", "long cut", "reset", "link down")
PORTS = {"submit": 7701, "work": 7702, "bus": 7703, "replay": 7704}
PARTIES = ("sender", "worker", "subscriber")


class Remote(Service):
    """lyt serve inside a namespace, reached by all addresses of it."""

    def __init__(self, namespace, keys):
        words = [w for name, port in PORTS.items() for w in ("--" + name, "tcp://0.0.0.0:%d" % port)]
        super().__init__("hotel", "--workers", "0", "--http", "none", "--keys", keys, *words)
        self.prefix = namespace.prefix


class Net:
    """All of it: keys, namespaces, wires, service and the three others."""

    def __init__(self, chance):
        self.namespaces, self.running, self.files = [], [], {}
        self.wires, self.service = Wires(), None
        self.folder = tempfile.TemporaryDirectory()
        self.chance = chance

    def build(self):
        centre = self.add("service")
        for k, name in enumerate(PARTIES):
            self.wires.add(Wire(k + 1, centre, self.add(name), self.chance))
        self.wires.start()
        self.make_keys()
        self.service = Remote(centre, os.path.join(self.folder.name, "keys")).start()

    def add(self, name):
        self.namespaces.append(Namespace(name))
        return self.namespaces[-1]

    def make_keys(self):
        keys = os.path.join(self.folder.name, "keys")
        self.server = lyt("keygen", "--service", keys, check=0).out.strip()
        rights = {"sender": "submit", "worker": "work", "subscriber": "ask topic="}
        with open(os.path.join(keys, "access"), "a") as file:
            for name in PARTIES:
                file.write("%s %s %s\n" % (name, lyt("keygen", self.key_of(name), check=0).out.strip(), rights[name]))

    def key_of(self, name):
        return os.path.join(self.folder.name, name + ".key")

    def wire(self, name):
        return next(wire for wire in self.wires.wires if wire.name == name)

    def start(self, party, *words, **more):
        """A command of lyt in the party's namespace, with its key; words of the form @submit become endpoints."""
        wire = self.wire(party)
        words = ["tcp://%s:%d" % (wire.near, PORTS[w[1:]]) if w[0] == "@" else w for w in words]
        process = subprocess.Popen([*wire.b.prefix, LYT, words[0], *words[1:], "--key", self.key_of(party),
                                    "--server-key", self.server], stderr=self.service.log, **more)
        self.running.append(process)
        return process

    def listen(self, name, *words):
        self.files[name] = open(os.path.join(self.folder.name, name), "w+b")
        return self.start("subscriber", "subscribe", "--since", "0", "--json", *words, stdout=self.files[name])

    def heard(self, name):
        with open(os.path.join(self.folder.name, name)) as file:
            return [json.loads(line)["seq"] for line in file if line.endswith("\n")]

    def end(self, kind=None):
        end_all(self.running)
        if self.service:
            self.service.__exit__(kind, None, None)
        if self.wires.is_alive():
            self.wires.end()
        for namespace in self.namespaces:
            namespace.end()
        for file in self.files.values():
            file.close()
        self.folder.cleanup()


def strike(wire, how, chance, counts):
    """One fault on one wire, for a while; a long cut is longer than three heartbeats."""
    counts[how] = counts.get(how, 0) + 1
    seconds = chance.uniform(0.2, 1.5)
    if how == "delay":
        wire.delay_s, wire.jitter_s = chance.uniform(0.05, 0.4), chance.uniform(0, 0.2)
    elif how == "lossy":
        wire.loss = chance.uniform(0.05, 0.3)
    elif how == "doubled":
        wire.doubling, wire.jitter_s = 0.5, 0.02
    elif how == "reset":
        wire.resets = True
    elif how == "link down":
        wire.b.run("ip", "link", "set", wire.device, "down")
    else:
        wire.is_cut = True
        seconds = chance.uniform(3.5, 5) if how == "long cut" else seconds
    until = time.monotonic() + seconds
    wait_for(lambda: time.monotonic() > until, "the end of a fault")
    if how == "link down":
        wire.b.run("ip", "link", "set", wire.device, "up")
    wire.good()


class Striker(threading.Thread):
    """Fault after fault until it is told to stop: each on each wire once, in any order, then again."""

    def __init__(self, net, chance):
        super().__init__(daemon=True)
        self.net, self.chance, self.counts, self.stopping, self.error = net, chance, {}, False, None
        self.start()

    def n(self):
        return sum(self.counts.values())

    def run(self):
        rows = []
        try:
            while not self.stopping:
                rows = rows or self.chance.sample([(w, how) for w in self.net.wires.wires for how in FAULTS],
                                                  len(FAULTS) * len(PARTIES))
                strike(*rows.pop(), self.chance, self.counts)
        except Exception as error:
            self.error = error


class Namespaces(unittest.TestCase):
    def test_bu09_everything_arrives_between_namespaces(self):
        seed = int(os.environ.get("LYT_SEED", time.time_ns() % 1000003))
        net = Net(random.Random(seed))
        begun = time.monotonic()
        try:
            net.build()
        except Forbidden as why:
            net.end()
            print("torture namespaces: NOT RUN, this machine does not allow it (%s); proxies instead" % why, flush=True)
            network_test.Network("test_everything_arrives_over_a_bad_network").debug()
            return
        failed = AssertionError
        try:
            self.run_through(net, seed, begun)
            failed = None
        finally:
            net.end(failed)

    def run_through(self, net, seed, begun):
        worker = net.start("worker", "worker", "-p", "hotel", "--connect", "@work")
        named = net.listen("named", "--name", "n", "--ack-wait", "2000", "--replay", "@replay")
        free = net.listen("free", "--replay", "@replay", "--bus", "@bus", "alarm.")
        sender = net.start("sender", "send", "--submit", "@submit", "--jsonl", "--json", "--window", "5", "--timeout",
                           "120", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        answers, sent = [], 0
        reader = threading.Thread(target=lambda: answers.extend(map(json.loads, iter(sender.stdout.readline, b""))))
        reader.start()
        striker = Striker(net, random.Random(seed + 1))
        while striker.n() <= STRIKES and not striker.error:
            line = {"id": "n%d" % sent, "place": str(sent),
                    "text": "the room is freezing and the heating does not work, no %d" % sent}
            sender.stdin.write(json.dumps(line).encode() + b"\n")
            sender.stdin.flush()
            sent += 1
            wait_for(lambda: len(answers) > sent - AHEAD or sender.poll() is not None, "answers")
            self.assertIsNone(sender.poll(), "the sender gave up")
        striker.stopping = True
        striker.join()
        self.assertIsNone(striker.error)
        sender.stdin.close()
        reader.join(timeout=LIMIT_S)
        sender.stdout.close()
        self.assertEqual(sender.wait(timeout=LIMIT_S), 0)
        self.check(net, answers, sent)
        for process in (worker, named, free):
            self.assertIsNone(process.poll(), "one of them ended")
        wires = net.wires.wires
        print("torture namespaces: seed %d, %.1f s, injected %s: %d packets lost, %d held up, %d answered with a reset of "
              "%d; %d acknowledged = stored = classified by a remote worker, %d events delivered, %d of them again" % (
                  seed, time.monotonic() - begun, ", ".join("%d %s" % (n, how) for how, n in sorted(striker.counts.items())),
                  sum(w.dropped for w in wires), sum(w.delayed for w in wires), sum(w.was_reset for w in wires),
                  sum(w.carried + w.dropped for w in wires), sent, len(set(net.heard("named"))),
                  len(net.heard("named")) - len(set(net.heard("named")))), flush=True)

    def check(self, net, answers, sent):
        service = net.service
        self.assertEqual(sorted(a["id"] for a in answers), sorted("n%d" % n for n in range(sent)))
        self.assertEqual({a["status"] for a in answers} - {"accepted", "duplicate"}, set())
        wait_for(service.all_classified, "all verdicts")
        kept = dict(service.rows("SELECT source_id, id FROM feedback"))
        self.assertEqual(kept, {a["id"]: a["feedback"] for a in answers})
        self.assertEqual(service.rows("SELECT count(*) FROM verdict WHERE parked IS NOT NULL"), [(0,)])
        everything = [r[0] for r in service.rows("SELECT seq FROM event ORDER BY seq")]
        alarms = [r[0] for r in service.rows("SELECT seq FROM event WHERE topic LIKE 'alarm.%' ORDER BY seq")]
        self.assertEqual(everything, list(range(1, len(everything) + 1)))
        self.assertGreaterEqual(len(alarms), sent)
        wait_for(lambda: set(net.heard("named")) >= set(everything), "all at the named one")
        wait_for(lambda: set(net.heard("free")) == set(alarms), "all alarms at the other")
        # the one without a name hears each once, whatever the network does
        self.assertEqual(len(net.heard("free")), len(alarms))


class Quiet(unittest.TestCase):
    """All that goes out of a namespace whose only way out is a device that this test reads."""

    def run_in(self, namespace, *words, stdin=None):
        done = subprocess.run([*namespace.prefix, *map(str, words)], stdin=subprocess.DEVNULL if stdin is None else None,
                              input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=LIMIT_S)
        self.assertEqual(done.returncode, 0, "%s: %s" % (words, done.stderr))
        return done.stdout

    def test_op07_nothing_goes_out_by_itself(self):
        try:
            namespace = Namespace("house")
            self.addCleanup(namespace.end)
            way_out = tun_in(namespace, "out", "10.7.9.2", "10.7.9.1")
        except Forbidden as why:
            self.skipTest("this machine allows no network namespaces: %s" % why)
        self.addCleanup(os.close, way_out)
        # the kernel itself looks for routers
        namespace.run("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/out/disable_ipv6")
        namespace.run("ip", "route", "add", "default", "dev", "out")

        def left():
            n = 0
            try:
                while os.read(way_out, 65536):
                    n += 1
            except BlockingIOError:
                return n

        left()
        service = Service("hotel", "--desk", os.path.join(ROOT, "models/hotel/desk.yaml"))
        service.prefix = namespace.prefix
        with service:
            at = ("--state", service.state)
            for n in range(20):
                self.run_in(namespace, LYT, "send", *at, "--property", "havnen", stdin="room %d is freezing\n" % n)
            wait_for(service.all_classified, "the verdicts")
            self.run_in(namespace, LYT, "subscribe", *at, "--since", 0, "--count", 20, "--json", "alarm.")
            self.run_in(namespace, LYT, "correct", *at, 1, "--none")
            self.run_in(namespace, LYT, "incident", "list", *at)
            self.run_in(namespace, LYT, "backup", *at, os.path.join(service.state, "copy.db"))
            self.run_in(namespace, LYT, "pack", "check", "hotel")
            with open(os.path.join(service.state, "endpoints.json")) as file:
                http = json.load(file)["http"]
            for page in ("/readyz", "/metrics", "/", "/api/v1/incidents"):
                self.run_in(namespace, sys.executable, "-c", "import sys, urllib.request as u; u.urlopen(sys.argv[1]).read()",
                            http + page)
            self.assertEqual(self.run_in(namespace, LYT, "status", *at, "--json")[:14], '{"state":"ok",')
        self.assertEqual(left(), 0)
        # and what does go out is seen
        self.run_in(namespace, sys.executable, "-c", "import socket as s; s.socket(type=s.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))")
        self.assertEqual(left(), 1)


if __name__ == "__main__":
    # who is not root may be root of namespaces of their own
    OWN = ["unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    if os.geteuid() and subprocess.run([*OWN, "true"], stderr=subprocess.DEVNULL).returncode == 0:
        os.execvp(OWN[0], [*OWN, sys.executable, *sys.argv])
    main()
