"""OP-10: whatever a person can be refused with over HTTP is there in Danish. Reads the sources: the words of every
refusal in the rooms behind the screens, held against the table src/incident/refusalwords.c."""

import glob
import os
import re
import unittest

ROOT = os.environ["LYT_DATA"]
# where words come from that go out as the "message" of an answer, or into an incident's history
SOURCES = ["src/web/" + name for name in (
    "api_*.c", "exchange.c", "guest.c", "sitepage.c", "webdoor.c", "webgate.c", "weblogin.c", "websave.c", "webstream.c",
    "web.c", "webread*.c", "webtrial*.c")] + ["src/serve/" + name for name in (
        "batch.c", "cases.c", "cases_feed.c", "cases_news.c", "cases_room.c", "corrections.c", "guestconsent.c",
        "guestmoves.c", "guestreply.c", "submission.c")] + ["src/incident/" + name for name in (
            "act.c", "act_join.c", "care.c", "careread.c", "watch_act.c", "watch_fix.c", "gesture.c", "authority.c", "incident.c")]
CALLS = ("lyt_error_set", "lyt_web_error", "lyt_webasked_refuse", "hold", "refuse")
# only for who starts a service, or for nobody: they say that the program itself is wrong
INSIDE = re.compile(
    r"lost its form between two actors|^event %lld got the number|^no such order$|^the incident could not be kept|"
    r"--tls-cert|could reach this without a token|^'%s' is no address|could not take over the settings|"
    r"^%s$|^%s: %s$|^json: %s$|^: |^%.*s$|^\(|^cannot be written|^text/")


def literals(arguments):
    """Adjacent strings are one."""
    for found in re.finditer(r'(?:"(?:[^"\\]|\\.)*"\s*(?:PRI\w+\s*)?)+', arguments):
        text = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(0)))
        yield text.replace('\\"', '"').replace("\\\\", "\\")


def calls(source, names):
    for found in re.finditer(r"\b(?:%s)\s*\(" % "|".join(names), source):
        depth, at, is_text = 1, found.end(), False
        while depth:
            char = source[at]
            if is_text:
                at += char == "\\"
                is_text = char != '"'
            elif char == '"':
                is_text = True
            else:
                depth += (char == "(") - (char == ")")
            at += 1
        yield source[found.end():at - 1]


def table():
    with open(os.path.join(ROOT, "src/incident/refusalwords.c"), encoding="utf-8") as file:
        body = file.read().split("lyt_refusal_words[] = {", 1)[1].split("\n};", 1)[0]
    rows = []
    for row in re.finditer(r"\{((?:\s*\"(?:[^\"\\]|\\.)*\")+),((?:\s*\"(?:[^\"\\]|\\.)*\")+)\}", body):
        rows.append(tuple(next(literals(part)) for part in row.groups()))
    return rows


def as_pattern(form):
    parts = re.split(r"%[^a-zA-Z]*[lhz]*[a-zA-Z]", form)
    return re.compile("^" + "(.*)".join(map(re.escape, parts)) + "$")


def without_field(text):
    return re.sub(r"^[^ :]+: ", "", text)


class Refusals(unittest.TestCase):
    maxDiff = None

    def test_op10_every_refusal_of_the_screens_is_there_in_danish(self):
        patterns = [as_pattern(english) for english, _ in table()]
        missing, seen = [], 0
        for source in SOURCES:
            paths = glob.glob(os.path.join(ROOT, source))
            self.assertTrue(paths, source)
            for path in paths:
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                for arguments in calls(text, CALLS):
                    for said in literals(arguments):
                        if " " not in said or INSIDE.search(said):
                            continue
                        seen += 1
                        if not any(p.match(said) or p.match(without_field(said)) for p in patterns):
                            missing.append("%s: %s" % (os.path.basename(path), said))
        self.assertEqual(missing, [])
        self.assertGreater(seen, 150, "the refusals were not found in the sources any more")

    def test_op10_the_danish_has_all_that_the_english_has_and_no_more(self):
        rows = table()
        self.assertGreater(len(rows), 150)
        for english, danish in rows:
            holes = len(re.findall(r"%[^a-zA-Z]*[lhz]*[a-zA-Z]", english))
            used = {int(n) for n in re.findall(r"\{(\d)\}", danish)}
            self.assertTrue(used <= set(range(1, holes + 1)), (english, danish))
            self.assertNotIn("%", danish)
            self.assertTrue(danish.strip() and danish[-1] not in ".!", danish)
        english = [row[0] for row in rows]
        self.assertEqual(sorted(set(english)), sorted(english), "one stands there twice")

    def test_op10_no_form_is_taken_for_another(self):
        """The one counts whose own words are most of the text."""
        rows = table()
        for english, _ in rows:
            sample = re.sub(r"%[^a-zA-Z]*[lhz]*[a-zA-Z]", "some words", english)
            fits = [(sum(map(len, found.groups())), row[0]) for row in rows
                    for found in [as_pattern(row[0]).match(sample)] if found]
            self.assertEqual(min(fits)[1], english)


if __name__ == "__main__":
    unittest.main()
