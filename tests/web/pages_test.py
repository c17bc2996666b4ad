"""What can be said of the pages without a browser: every word in every language, nothing from
elsewhere, nothing inline, small enough, contrast high enough. Reads the sources; needs no build.
"""

import json
import os
import re
import unittest
from html.parser import HTMLParser

ROOT = os.environ["LYT_DATA"]
PAGES = os.path.join(ROOT, "src/web/pages")


def read(*path):
    with open(os.path.join(*path), encoding="utf-8") as file:
        return file.read()


def names(*ends):
    return sorted(name for name in os.listdir(PAGES) if name.endswith(ends))


SOURCES = {name: read(PAGES, name) for name in names(".js", ".css", ".html", ".svg")}
SCRIPTS = {name: text for name, text in SOURCES.items() if name.endswith(".js")}


def table(name):
    """The rows of a file of words, which is strict JSON after `export const words =`."""

    def once(pairs):
        keys = [key for key, _ in pairs]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        assert not twice, "%s: twice in the table: %s" % (name, ", ".join(twice))
        return dict(pairs)

    body = SOURCES[name].split("export const words =", 1)[1].strip()
    assert body.endswith(";"), name
    return json.loads(body[:-1], object_pairs_hook=once)


STAFF = table("words.js")
GUEST = {**table("guest-words.js"), **table("status-words.js")}
GUEST_SCRIPTS = {"guest-say.js", "guest-words.js", "kiosk.js", "outbox.js", "status.js", "status-words.js"}


def code(text):
    """Without comments; good enough for sources that keep // off their strings."""
    return re.sub(r"(?m)(^|\s)//.*$", "", re.sub(r"(?s)/\*.*?\*/", "", text))


def names_in(header, macro):
    """The wire names of an X-macro list in a C header."""
    block = re.search(r"#define %s\(X\)(.*?[^\\])\n" % macro, read(ROOT, "src", header), re.S).group(1)
    return re.findall(r'X\(\w+,[\s\\]*"([a-z-]+)"', block)


class Words(unittest.TestCase):
    def check_rows(self, rows, languages):
        for key, row in rows.items():
            self.assertEqual(sorted(row), sorted(languages), key)
            blanks = set()
            for language, text in row.items():
                self.assertTrue(text.strip(), "%s says nothing in %s" % (key, language))
                blanks.add(tuple(sorted(re.findall(r"\{\w+\}", text))))
            self.assertEqual(len(blanks), 1, "%s: not the same {names} in every language" % key)

    def test_op10_every_row_has_every_language(self):
        self.check_rows(STAFF, ["da", "en"])
        self.check_rows(GUEST, ["da", "en", "sv", "nb", "de"])

    def test_every_key_that_is_asked_for_is_there(self):
        for name, text in SCRIPTS.items():
            if name in GUEST_SCRIPTS:
                for key in re.findall(r'\bsay\("([\w.-]+)"[,)]', text):
                    self.assertTrue(key in GUEST, "%s: no words for %s" % (name, key))
                continue
            for key in re.findall(r'\bt\("([\w.-]+)"[,)]', text):
                self.assertTrue(key in STAFF, "%s: no words for %s" % (name, key))
            for key in re.findall(r'\btn\("([\w.-]+)"', text):
                self.assertTrue(key + ".one" in STAFF and key + ".many" in STAFF, "%s: no words for %s" % (name, key))
            for key in re.findall(r'"(keys\.\w+)"', text):
                self.assertTrue(key in STAFF, "%s: no words for %s" % (name, key))

    def test_every_name_of_the_service_has_words(self):
        states = names_in("incident/incident.h", "LYT_INCIDENT_STATES")
        notices = names_in("incident/watch.h", "LYT_NOTICES")
        kinds = re.findall(r'return "([a-z-]+)";', read(ROOT, "src/scenario/kind.c"))
        self.assertEqual(len(states), 8)
        self.assertGreater(len(notices), 10)
        self.assertGreater(len(kinds), 5)
        for prefix, each in (("state.", states), ("history.", states), ("notice.", notices), ("kind.", kinds)):
            for name in each:
                self.assertTrue(prefix + name in STAFF, prefix + name)
        # what the history tells (serve/cases.c): all facts but times that were set, moves and notices
        facts = set(names_in("incident/fact.h", "LYT_FACT_KINDS")) - {
            "ack-limited", "held", "remind", "ladder", "moved", "told"}
        self.assertGreater(len(facts), 30)
        staff = read(ROOT, "src/cli/housewords.c")
        for name in facts:
            self.assertTrue("history." + name in STAFF, "history." + name)
            self.assertIn('{"%s", "' % name, staff, "in Danish, for the commands")
        for clock in ("acknowledge", "contact", "remedy", "close"):
            self.assertTrue("clock." + clock in STAFF, clock)
        for severity in range(5):
            self.assertTrue("severity.%d" % severity in STAFF, severity)

    def test_no_row_is_left_over(self):
        said = "\n".join(text for name, text in SCRIPTS.items() if name not in ("words.js", "guest-words.js", "status-words.js"))
        prefixes = set(re.findall(r'\b(?:t|has|say)\("([\w.]+)" \+', said)) | {"keys."}
        prefixes |= set(re.findall(r'"(history\.|notice\.)"', said))
        for key in list(STAFF) + list(GUEST):
            plain = re.sub(r"\.(one|many)$", "", key)
            used = '"%s"' % plain in said or any(key.startswith(prefix) for prefix in prefixes)
            self.assertTrue(used, "%s is in a table, and nothing says it" % key)

    def test_no_words_outside_the_tables(self):
        for name, text in SCRIPTS.items():
            if name in ("words.js", "guest-words.js", "status-words.js"):
                continue
            loose = re.findall(r'["`]([A-ZÆØÅ][a-zæøå]+ [a-zæøå]+[^"`]*)["`]', code(text))
            self.assertEqual(loose, [], name)

        class Texts(HTMLParser):
            def __init__(self):
                super().__init__()
                self.inside, self.said = [], []

            def handle_starttag(self, tag, attrs):
                if tag not in ("meta", "link", "input", "circle", "path"):
                    self.inside.append(tag)

            def handle_endtag(self, tag):
                if tag in self.inside:
                    self.inside.remove(tag)

            def handle_data(self, data):
                if data.strip() and "noscript" not in self.inside:
                    self.said.append(data.strip())

        for name in names(".html"):
            page = Texts()
            page.feed(SOURCES[name])
            self.assertEqual(page.said, ["Lyt"], name)


class Purity(unittest.TestCase):
    def test_nothing_comes_from_elsewhere(self):
        for name, text in SOURCES.items():
            hosts = [url for url in re.findall(r"https?://[^\s\"')]+", text) if url != "http://www.w3.org/2000/svg"]
            self.assertEqual(hosts, [], name)
            self.assertNotRegex(text, r"@import|url\(", name)

    def test_nothing_is_inline_and_no_text_becomes_markup(self):
        for name in names(".html"):
            self.assertNotRegex(SOURCES[name], r"<style|\sstyle=|\son\w+=|javascript:", name)
            for tag in re.findall(r"<script[^>]*>", SOURCES[name]):
                self.assertIn(" src=", tag, name)
        for name, text in SCRIPTS.items():
            self.assertNotRegex(text, r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc", name)

    def test_every_asset_named_is_there(self):
        for name, text in SOURCES.items():
            wanted = re.findall(r"/assets/([\w.-]+)", text) + re.findall(r'from "\./([\w.-]+)"', text)
            for other in wanted:
                self.assertTrue(other in SOURCES, "%s wants %s" % (name, other))

    def test_every_file_is_built_in(self):
        listed = re.findall(r"'web/pages/([\w.-]+)',", read(ROOT, "src/meson.build"))
        self.assertEqual(listed, sorted(SOURCES))

    def test_every_file_is_short_enough_to_hold(self):
        for name, text in SOURCES.items():
            self.assertLess(text.count("\n"), 600, name)
            self.assertNotIn("\r", text, name)
            self.assertNotIn("\t", text, name)

    def test_a_guests_page_is_under_30_kB_in_all(self):
        for page in ("kiosk.html", "status.html"):
            seen, todo = set(), [page]
            while todo:
                name = todo.pop()
                if name in seen:
                    continue
                seen.add(name)
                text = SOURCES[name]
                todo += re.findall(r"/assets/([\w.-]+)", text) + re.findall(r'from "\./([\w.-]+)"', text)
            size = sum(len(SOURCES[name].encode()) for name in seen)
            self.assertLess(size, 30000, "%s with %s" % (page, ", ".join(sorted(seen))))
            self.assertGreater(len(seen), 4)

    def test_nothing_of_the_guest_is_kept_but_unsent_answers(self):
        for name in GUEST_SCRIPTS & set(SOURCES):
            self.assertNotRegex(SOURCES[name], r"localStorage|sessionStorage|document\.cookie|navigator\.(userAgent|platform)|geolocation", name)
        self.assertIn('credentials: "omit"', SOURCES["outbox.js"])


def luminance(colour):
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(d * 2 for d in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def themes(name):
    """The custom properties of the light and the dark block of a style sheet."""
    blocks = re.findall(r":root(?:\[[^\]]*\])? \{(.*?)\n\s*\}", SOURCES[name], re.S)
    assert len(blocks) == 2, name
    return [dict(re.findall(r"--(\w[\w-]*): (#[0-9a-f]{3,6});", block)) for block in blocks]


class Contrast(unittest.TestCase):
    TEXT = [
        ("ink", "paper"), ("ink", "card"), ("ink", "tint"), ("soft", "paper"), ("soft", "card"), ("accent", "paper"),
        ("accent", "card"), ("on-accent", "accent"), ("bad", "paper"),
    ]
    STAFF_TEXT = TEXT + [
        ("ink", "raised"), ("soft", "raised"), ("soft", "tint"), ("bad", "card"), ("bad", "bad-tint"), ("warn", "warn-tint"), ("card", "bad"),
        ("s0", "card"), ("accent", "raised"), ("accent", "tint"), *[("on-s", "s%d" % n) for n in range(1, 5)],
        *[("ink", "%s%d" % (sign, n)) for sign in "wn" for n in range(1, 5)],
    ]

    def test_text_has_4_5_to_1_light_and_dark(self):
        for name, pairs in (("kiosk.css", self.TEXT), ("base.css", self.STAFF_TEXT)):
            for which, colours in zip(("light", "dark"), themes(name)):
                for ink, ground in pairs:
                    ratio = contrast(colours[ink], colours[ground])
                    self.assertGreaterEqual(ratio, 4.5, "%s %s: %s on %s is %.2f" % (name, which, ink, ground, ratio))

    def test_edges_of_fields_and_shapes_have_3_to_1(self):
        for name, edge in (("kiosk.css", "line"), ("base.css", "edge")):
            for which, colours in zip(("light", "dark"), themes(name)):
                edges = [edge] + (["s%d" % n for n in range(5)] if name == "base.css" else [])
                for one in edges:
                    ratio = contrast(colours[one], colours["card"])
                    self.assertGreaterEqual(ratio, 3, "%s %s: %s is %.2f" % (name, which, one, ratio))


if __name__ == "__main__":
    unittest.main(verbosity=2)
