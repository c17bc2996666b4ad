#!/usr/bin/env python3
"""Runs $LYT_SANDBOXED under the system call filter of lyt.service ($LYT_UNIT).

The groups' members are systemd's own (systemd-analyze syscall-filter), the numbers the kernel
headers'. What is not allowed fails with EPERM, as in the unit.
"""

import ctypes
import os
import platform
import re
import struct
import subprocess
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
ALLOW, EPERM, KILL = 0x7FFF0000, 0x00050001, 0x80000000
X86_64 = 0xC000003E
LOAD_WORD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06


def members(group, seen=None):
    """Names of the system calls of a group, those of groups inside it included."""
    seen = set() if seen is None else seen
    if not group.startswith("@"):
        return {group}
    if group in seen:
        return set()
    seen.add(group)
    listed = subprocess.run(["systemd-analyze", "syscall-filter", group], check=True, stdout=subprocess.PIPE)
    names = [line.strip() for line in listed.stdout.decode().splitlines()[1:]]
    return set().union(*(members(name, seen) for name in names if name and not name.startswith("#")))


def numbers():
    with open("/usr/include/x86_64-linux-gnu/asm/unistd_64.h") as file:
        return {name: int(n) for name, n in re.findall(r"#define __NR_(\w+) (\d+)", file.read())}


def allowed(unit):
    """What the lines SystemCallFilter= of the unit leave, in order."""
    names = set()
    with open(unit) as file:
        for words in re.findall(r"^SystemCallFilter=(.*)$", file.read(), re.M):
            groups = set().union(*(members(word) for word in words.lstrip("~").split()))
            names = names - groups if words.startswith("~") else names | groups
    return names | members("@default")


def program(names):
    table = numbers()
    calls = sorted(table[name] for name in names if name in table)
    rows = [(LOAD_WORD, 0, 0, 4), (JUMP_EQUAL, 1, 0, X86_64), (RETURN, 0, 0, KILL), (LOAD_WORD, 0, 0, 0)]
    for call in calls:
        rows += [(JUMP_EQUAL, 0, 1, call), (RETURN, 0, 0, ALLOW)]
    rows.append((RETURN, 0, 0, EPERM))
    return rows


def can_run():
    return platform.machine() == "x86_64" and os.path.exists("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")


def enter(unit):
    libc = ctypes.CDLL(None, use_errno=True)
    rows = program(allowed(unit))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in rows))
    header = struct.pack("HxxxxxxP", len(rows), ctypes.addressof(code))
    for call in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0)):
        if libc.prctl(*call):
            raise OSError(ctypes.get_errno(), "prctl %d" % call[0])


if __name__ == "__main__":
    enter(os.environ["LYT_UNIT"])
    os.execv(os.environ["LYT_SANDBOXED"], [os.environ["LYT_SANDBOXED"], *sys.argv[1:]])
