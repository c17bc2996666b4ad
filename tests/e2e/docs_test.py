"""What the documents say is there is there: files, links, rooms, and every command with its options."""

import json
import os
import re
import unittest

from lyt_service import ROOT, lyt, main

DOCUMENTS = ["README.md", "models/README.md", "lexicons/README.md"] + sorted(
    "docs/" + name for name in os.listdir(os.path.join(ROOT, "docs")) if name.endswith(".md")
)
FILE = re.compile(r"`([a-z0-9_-]+/[A-Za-z0-9_./-]+\.(?:abnf|c|h|js|json|md|py|sh|txt|yaml))`")
FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.S | re.M)
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
# one command line: up to what ends it in a sentence or a shell
LINE = re.compile(r"(?<![\w/-])lyt ((?:[a-z]+ )?[a-z][^`|;)\n<>]*)")
# where a document means a folder of its own by a path
BESIDE = ("", "src", "tests", "docs", "models", "models/hotel", "bench")


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def is_there(*parts):
    return os.path.exists(os.path.join(ROOT, *parts))


class Documents(unittest.TestCase):
    def test_files_and_links(self):
        for name in DOCUMENTS:
            text = read(name)
            for path in FILE.findall(text):
                with self.subTest(document=name, file=path):
                    self.assertTrue(any(is_there(folder, path) for folder in BESIDE))
            for path in LINK.findall(text):
                with self.subTest(document=name, link=path):
                    self.assertTrue(is_there(os.path.dirname(name), path))

    def test_rooms(self):
        """The tour's table has each room of the build once, in its order or another."""
        rooms = re.findall(r"^  '(\w+)': \{", read("src/meson.build"), re.M)
        told = re.findall(r"^\| `(\w+)` \|", read("docs/tour.md"), re.M)
        self.assertEqual(sorted(told), sorted(rooms))

    def test_commands_and_options(self):
        commands = {row["name"]: row for row in json.loads(lyt("help", "--json", check=0).out)["commands"]}
        seen = set()
        for name in DOCUMENTS:
            for line in self.code(read(name)):
                for words in LINE.findall(line):
                    words = words.replace(",", " ").split()
                    with self.subTest(document=name, line=" ".join(words)):
                        self.assertIn(words[0], sorted(commands))
                        self.check_options(commands[words[0]], words[1:])
                    seen.add(words[0])
        self.assertGreater(len(seen), 20)

    def test_every_command_has_its_manual_page(self):
        """What ./bootstrap install puts beside lyt(1)."""
        told = re.search(r"commands = \[(.*?)\]", read("docs/meson.build"), re.S).group(1)
        commands = [row["name"] for row in json.loads(lyt("help", "--json", check=0).out)["commands"]]
        self.assertEqual(re.findall(r"'(\w+)'", told), commands)

    def code(self, text):
        """What stands in `single` marks, across lines, and each line of a block."""
        for block in FENCED.findall(text):
            yield from re.findall(r"^(?:.*\| )?lyt .*$", block, re.M)
        for words in re.findall(r"`([^`]+)`", FENCED.sub("", text)):
            yield " ".join(words.split())

    def check_options(self, command, words):
        options = {"--" + row["name"] for row in command["options"]}
        letters = {"-" + row["letter"] for row in command["options"] if "letter" in row}
        for word in words:
            if word.startswith("--") and len(word) > 2:
                self.assertIn(re.match(r"--[a-z-]*", word).group(), options)
            elif re.match(r"-[a-zA-Z]\b", word):
                self.assertIn(word[:2], letters)


if __name__ == "__main__":
    main()
