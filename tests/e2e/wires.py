"""Network namespaces and the wires between them, whose faults are real packets that are held up, lost,
doubled, cut off or answered with a reset.

A wire is a pair of TUN devices, one in each of two namespaces, and this process between them: what
the one side sends is read here as an IP packet and written to the other. So it needs nothing of the
kernel but namespaces and TUN (no netem, no packet filter), and what is done to whom is known exactly.
"""

import ctypes
import fcntl
import heapq
import os
import select
import signal
import struct
import subprocess
import threading
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
TCP, RST, SYN, FIN, ACK = 6, 4, 2, 1, 16


class Forbidden(Exception):
    """This machine does not allow it; says what."""


def setns(fd):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(fd, CLONE_NEWNET):
        raise Forbidden("it is not allowed to enter a network namespace: %s" % os.strerror(ctypes.get_errno()))


class Namespace:
    """A network namespace with a loopback of its own, kept by a process that waits."""

    def __init__(self, name):
        self.name = name
        try:
            self.keeper = subprocess.Popen(["unshare", "--net", "sh", "-c", "ip link set lo up && echo up && exec cat"],
                                           stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except OSError as error:
            raise Forbidden("unshare: %s" % error)
        if self.keeper.stdout.readline() != b"up\n":
            said = self.keeper.stderr.read().decode().strip()
            self.keeper.wait()
            raise Forbidden("no network namespace can be made: %s" % said)
        self.path = "/proc/%d/ns/net" % self.keeper.pid
        self.prefix = ["nsenter", "--net=" + self.path, "--"]

    def run(self, *words):
        done = subprocess.run([*self.prefix, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode:
            raise Forbidden("%s: %s" % (" ".join(words), done.stdout.decode().strip()))

    def end(self):
        self.keeper.stdin.close()
        self.keeper.wait()
        self.keeper.stdout.close()
        self.keeper.stderr.close()


def tun_in(namespace, device, address, peer):
    """A TUN device inside the namespace, and the descriptor that its packets come out of."""
    here, there = os.open("/proc/self/ns/net", os.O_RDONLY), os.open(namespace.path, os.O_RDONLY)
    try:
        setns(there)  # of this thread only; an interface belongs to where it was opened
        try:
            fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", device.encode(), IFF_TUN | IFF_NO_PI))
        except OSError as error:
            raise Forbidden("/dev/net/tun: %s" % error.strerror)
        finally:
            setns(here)
    finally:
        os.close(here)
        os.close(there)
    namespace.run("ip", "addr", "add", address, "peer", peer, "dev", device)
    namespace.run("ip", "link", "set", device, "up")
    return fd


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def reset_of(packet):
    """The two resets that end the connection of a TCP packet: for where it came from, and for where it goes."""
    head = (packet[0] & 15) * 4
    source, target = packet[12:16], packet[16:20]
    here, there, seq, ack, offset, flags = struct.unpack("!HHIIBB", packet[head:head + 14])
    size = len(packet) - head - (offset >> 4) * 4 + bool(flags & SYN) + bool(flags & FIN)

    def segment(source, target, here, there, seq):
        tcp = struct.pack("!HHIIBBHHH", here, there, seq, 0, 5 << 4, RST, 0, 0, 0)
        sum_of = checksum(source + target + struct.pack("!BBH", 0, TCP, len(tcp)) + tcp)
        tcp = tcp[:16] + struct.pack("!H", sum_of) + tcp[18:]
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, TCP, 0, source, target)
        return ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + tcp

    return (segment(target, source, there, here, ack),
            segment(source, target, here, there, (seq + size) & 0xFFFFFFFF))


def is_tcp(packet):
    return len(packet) >= 40 and packet[0] >> 4 == 4 and packet[9] == TCP


class Wire:
    """Between namespace a (address 10.7.number.1) and b (10.7.number.2)."""

    def __init__(self, number, a, b, chance):
        self.name, self.b = b.name, b
        self.near, self.far = "10.7.%d.1" % number, "10.7.%d.2" % number
        self.device = "wire%d" % number
        self.fds = [tun_in(a, self.device, self.near, self.far), tun_in(b, self.device, self.far, self.near)]
        self.chance = chance
        self.delay_s = self.jitter_s = self.loss = self.doubling = 0.0
        self.is_cut = self.resets = False
        self.carried = self.dropped = self.delayed = self.was_reset = 0

    def good(self):
        self.delay_s = self.jitter_s = self.loss = self.doubling = 0.0
        self.is_cut = self.resets = False


class Wires(threading.Thread):
    """Carries the packets of all wires; faults are set on them from anywhere."""

    def __init__(self):
        super().__init__(daemon=True)
        self.wires, self.queue, self.n, self.stopping = [], [], 0, False

    def add(self, wire):
        self.wires.append(wire)
        return wire

    def run(self):
        ends = {fd: (wire, wire.fds[1 - k]) for wire in self.wires for k, fd in enumerate(wire.fds)}
        while not self.stopping:
            now = time.monotonic()
            while self.queue and self.queue[0][0] <= now:
                _, _, fd, packet = heapq.heappop(self.queue)
                self.write(fd, packet)
            wait_s = min(0.05, self.queue[0][0] - now) if self.queue else 0.05
            for fd in select.select(list(ends), [], [], max(wait_s, 0))[0]:
                wire, to = ends[fd]
                for _ in range(64):
                    try:
                        packet = os.read(fd, 65536)
                    except (BlockingIOError, OSError):  # empty, or the device is down
                        break
                    self.carry(wire, fd, to, packet)
        for fd in ends:
            os.close(fd)

    def carry(self, wire, back, to, packet):
        if wire.is_cut or wire.chance.random() < wire.loss:
            wire.dropped += 1
            return
        if wire.resets and is_tcp(packet) and not packet[(packet[0] & 15) * 4 + 13] & RST:
            first, second = reset_of(packet)
            self.write(back, first)
            self.write(to, second)
            wire.was_reset += 1
            return
        wire.carried += 1
        for _ in range(2 if wire.chance.random() < wire.doubling else 1):
            delay_s = wire.delay_s + wire.chance.random() * wire.jitter_s
            if delay_s:
                wire.delayed += 1
                self.n += 1
                heapq.heappush(self.queue, (time.monotonic() + delay_s, self.n, to, packet))
            else:
                self.write(to, packet)

    @staticmethod
    def write(fd, packet):
        try:
            os.write(fd, packet)
        except (BlockingIOError, OSError):
            pass  # as a full or dead line does

    def end(self):
        self.stopping = True
        self.join()


def end_all(processes):
    for process in processes:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    for process in processes:
        process.wait()
