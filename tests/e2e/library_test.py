"""`meson install` gives a library that the example of docs/library.md builds and runs with."""

import os
import re
import shlex
import subprocess
import tempfile
import unittest

from lyt_service import ROOT, main

BUILD = os.environ["LYT_BUILD"]


class Library(unittest.TestCase):
    def test_installed_tree_and_example(self):
        with tempfile.TemporaryDirectory(prefix="lyt-install-") as dest:
            subprocess.run(
                ["meson", "install", "-C", BUILD, "--no-rebuild", "--destdir", dest, "--quiet"],
                check=True, stdout=subprocess.DEVNULL,
            )
            found = {
                os.path.relpath(os.path.join(folder, name), dest)
                for folder, _, names in os.walk(dest) for name in names
            }
            for ending in (
                "bin/lyt", "include/lyt/classifier.h", "include/lyt/lyt.h", "pkgconfig/lyt.pc",
                "liblyt.so", "share/lyt/models/hotel/pack.yaml", "share/lyt/models/hotel.lytm",
                "share/lyt/models/support.lytm", "share/lyt/lexicons/da.yaml",
                "share/man/man1/lyt.1", "share/man/man1/lyt-classify.1", "systemd/system/lyt.service",
                "bash-completion/completions/lyt",
            ):
                self.assertTrue(any(name.endswith(ending) for name in found), ending)
            self.run_example(dest, found)

    def run_example(self, dest, found):
        with open(os.path.join(ROOT, "docs", "library.md"), encoding="utf-8") as file:
            text = file.read()
        code = re.search(r"```c\n(.*?)```", text, re.S).group(1)
        self.assertLessEqual(len([line for line in code.splitlines() if line.strip()]), 25)
        source = os.path.join(dest, "example.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(code)
        pc = next(os.path.dirname(os.path.join(dest, n)) for n in found if n.endswith("pkgconfig/lyt.pc"))
        lib = next(os.path.dirname(os.path.join(dest, n)) for n in found if n.endswith("liblyt.so"))
        env = dict(os.environ, PKG_CONFIG_PATH=pc, PKG_CONFIG_SYSROOT_DIR=dest, LD_LIBRARY_PATH=lib)
        env.pop("LYT_DATA")  # it must find the packs by itself
        flags = subprocess.run(
            ["pkg-config", "--cflags", "--libs", "lyt"], env=env, check=True, stdout=subprocess.PIPE
        ).stdout.decode()
        subprocess.run(
            ["cc", "-Wall", "-Wextra", "-Werror", source, *shlex.split(flags),
             *shlex.split(os.environ.get("LYT_SANITIZE", "")), "-o", os.path.join(dest, "example")],
            env=env, check=True,
        )
        done = subprocess.run(
            [os.path.join(dest, "example"), "The heating is broken in 214 and it is freezing"],
            env=env, check=True, stdout=subprocess.PIPE,
        )
        self.assertRegex(done.stdout.decode(), r"^room-too-cold [01]\.\d+ maintenance\n$")
        silent = subprocess.run(
            [os.path.join(dest, "example"), "Dejligt ophold, tak for alt"],
            env=env, check=True, stdout=subprocess.PIPE,
        )
        self.assertEqual(silent.stdout, b"")


if __name__ == "__main__":
    main()
