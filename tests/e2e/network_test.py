"""A bad network between everybody and the service: connections are cut, held up and reset, and strangers
come in thousands. Nothing acknowledged is lost, nothing is missed, nobody else is stopped.

Every endpoint is reached through a proxy of this test that has the faults; $LYT_SEED repeats a run.
"""

import json
import os
import random
import resource
import select
import socket
import struct
import subprocess
import threading
import time
import unittest

from lyt_service import LIMIT_S, LYT, Service, lyt, main, wait_for

MESSAGES, STRIKES, AHEAD = 400, 12, 8


class Proxy(threading.Thread):
    """Passes bytes on both ways, and now and then resets, cuts or holds up a connection."""

    def __init__(self, endpoint, chance):
        super().__init__(daemon=True)
        self.to = ("127.0.0.1", int(endpoint.rsplit(":", 1)[1]))
        self.chance, self.is_bad, self.stopping, self.injected = chance, True, False, 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.endpoint = "tcp://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.other, self.held = {}, {}
        self.start()

    def run(self):
        while not self.stopping:
            now = time.monotonic()
            self.held = {s: until for s, until in self.held.items() if until > now}
            readable = [self.listener] + [s for s in self.other if s not in self.held]
            for sock in select.select(readable, [], [], 0.02)[0]:
                if sock is self.listener:
                    self.accept()
                elif sock in self.other:
                    self.carry(sock)
            if self.is_bad and self.other and self.chance.random() < 0.06:
                self.strike(self.chance.choice(list(self.other)))
        for sock in list(self.other):
            sock.close()
        self.listener.close()

    def accept(self):
        mine, _ = self.listener.accept()
        try:
            theirs = socket.create_connection(self.to)
        except OSError:
            mine.close()
            return
        self.other[mine], self.other[theirs] = theirs, mine

    def carry(self, sock):
        try:
            data = sock.recv(65536)
            if data:
                self.other[sock].sendall(data)
                return
        except OSError:
            pass
        self.drop(sock)

    def drop(self, sock, how=None):
        for end in (sock, self.other[sock]):
            if how == "reset":
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.other.pop(end, None)
            end.close()

    def strike(self, sock):
        self.injected += 1
        how = self.chance.choice(("reset", "cut", "hold"))
        if how == "hold":
            self.held[sock] = time.monotonic() + self.chance.uniform(0.1, 1.0)
        else:
            self.drop(sock, how)


class Network(unittest.TestCase):
    def test_bu09_everything_arrives_over_a_bad_network(self):
        seed = int(os.environ.get("LYT_SEED", time.time_ns() % 1000003))
        begun = time.monotonic()
        with Service("hotel", "--workers", "0") as service:
            with open(os.path.join(service.state, "endpoints.json")) as file:
                at = json.load(file)
            names = ("submit", "work", "bus", "replay")
            proxy = {name: Proxy(at[name], random.Random(seed + n)) for n, name in enumerate(names)}
            out = {name: open(os.path.join(service.state, name), "w+b") for name in ("named", "free")}
            replay, bus = proxy["replay"].endpoint, proxy["bus"].endpoint
            running = [
                subprocess.Popen([LYT, "worker", "-p", "hotel", "--connect", proxy["work"].endpoint], stderr=service.log),
                subprocess.Popen([LYT, "subscribe", "--replay", replay, "--name", "n", "--since", "0", "--json",
                                  "--ack-wait", "2000"], stdout=out["named"], stderr=service.log),
                subprocess.Popen([LYT, "subscribe", "--replay", replay, "--bus", bus, "--since", "0", "--json", "alarm."],
                                 stdout=out["free"], stderr=service.log),
            ]
            try:
                sender = subprocess.Popen([LYT, "send", "--submit", proxy["submit"].endpoint, "--jsonl", "--json",
                                           "--window", "5", "--timeout", "60"],
                                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=service.log)
                answers, sent = [], 0
                reader = threading.Thread(target=lambda: answers.extend(map(json.loads, iter(sender.stdout.readline, b""))))
                reader.start()
                # on and on until the network has been bad often enough
                while sent < MESSAGES or sum(one.injected for one in proxy.values()) < STRIKES:
                    line = json.dumps({"id": "n%d" % sent, "place": str(sent), "text": "the room is freezing"}) + "\n"
                    sender.stdin.write(line.encode())
                    sender.stdin.flush()
                    sent += 1
                    wait_for(lambda: len(answers) > sent - AHEAD, "answers")
                    for one in proxy.values():
                        one.is_bad = sum(other.injected for other in proxy.values()) < 6 * STRIKES
                sender.stdin.close()
                reader.join(timeout=LIMIT_S)
                sender.stdout.close()
                self.assertEqual(sender.wait(timeout=LIMIT_S), 0)
                self.assertEqual(sorted(a["id"] for a in answers), sorted("n%d" % n for n in range(sent)))
                for one in proxy.values():
                    one.is_bad = False
                wait_for(service.all_classified, "all verdicts")
                kept = service.rows("SELECT source_id FROM feedback")
                self.assertEqual(len(kept), sent)
                self.assertEqual(service.rows("SELECT count(*) FROM verdict WHERE parked IS NOT NULL"), [(0,)])
                everything = [r[0] for r in service.rows("SELECT seq FROM event ORDER BY seq")]
                alarms = [r[0] for r in service.rows("SELECT seq FROM event WHERE topic LIKE 'alarm.%' ORDER BY seq")]

                def heard(name):
                    with open(os.path.join(service.state, name)) as file:
                        return [json.loads(line)["seq"] for line in file if line.endswith("\n")]

                wait_for(lambda: set(heard("named")) == set(everything), "all at the named one")
                wait_for(lambda: set(heard("free")) == set(alarms), "all alarms at the other")
                # the one without a name hears each once, whatever the network does
                self.assertEqual(len(heard("free")), len(alarms))
                injected = sum(one.injected for one in proxy.values())
                print("torture network: seed %d, %.1f s, injected %d cuts, resets and delays; %d acknowledged = stored = "
                      "classified, %d events delivered, %d of them again" %
                      (seed, time.monotonic() - begun, injected, sent, len(everything),
                       len(heard("named")) - len(everything)), flush=True)
                self.assertGreater(injected, 0)
            finally:
                for process in running:
                    process.terminate()
                    process.wait()
                for one in proxy.values():
                    one.stopping = True
                    one.join()
                for file in out.values():
                    file.close()

    def test_strangers_in_thousands_stop_nobody(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        n = min(5000, hard - 200)
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        garbage = (b"", b"\xff", b"GET / HTTP/1.1\r\n\r\n", b"\xff\0\0\0\0\0\0\0\1\x7f", b"\0" * 64,
                   b"\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL" + b"\0" * 48 + b"\4\xff\5READY" + b"\xff" * 40)
        with Service() as service:
            with open(os.path.join(service.state, "endpoints.json")) as file:
                at = json.load(file)
            ports = [int(at[name].rsplit(":", 1)[1]) for name in ("submit", "work", "bus", "replay")]
            strangers = []
            try:
                for k in range(n):
                    sock = socket.create_connection(("127.0.0.1", ports[k % 4]), timeout=LIMIT_S)
                    strangers.append(sock)
                    try:
                        sock.sendall(garbage[k % len(garbage)])
                    except OSError:
                        pass  # thrown out already
                begun = time.monotonic()
                lyt("send", "--state", service.state, stdin="it is freezing in here\n", check=0)
                heard = lyt("subscribe", "--state", service.state, "--since", 0, "--count", 1, "--json", "alarm.", check=0)
                print("%d strangers; a message sent and heard in %.2f s" % (n, time.monotonic() - begun), flush=True)
                self.assertEqual(json.loads(heard.out)["type"], "alarm")
                self.assertEqual(service.status()["state"], "ok")
            finally:
                for sock in strangers:
                    sock.close()


if __name__ == "__main__":
    main()
