"""What tells who somebody is, or how they are, goes no further than it has to."""

import json
import os
import re
import unittest

from lyt_http import Web, token_of
from lyt_service import ROOT, Service, lyt, main, wait_for

DESK = os.path.join(ROOT, "models/hotel/desk.yaml")
MARKS = ("[cpr]", "[card]", "[number]", "[phone]", "[mail]", "[link]", "[name]")


def items():
    with open(os.path.join(ROOT, "tests/golden/personal.txt"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split(" ", 1) for line in file if not line.startswith("#")]
    assert len(rows) == 300
    return [row[1] for row in rows]


def send(service, texts, **more):
    lines = "".join(json.dumps({"id": "m%d" % i, "channel": "sms", "property": "havnen", "text": text, **more}) + "\n"
                    for i, text in enumerate(texts))
    lyt("send", "--jsonl", "--state", service.state, stdin=lines, check=0)
    wait_for(service.all_classified, "the verdicts")


def events(service):
    """All that the bus ever said, as it said it."""
    last = service.rows("SELECT max(seq) FROM event")[0][0]
    out = lyt("subscribe", "--state", service.state, "--since", "0", "--count", last, "--json", check=0).out
    # what a program gets from the bus, and what the log of the bus keeps
    return out + "".join(row[0] for row in service.rows("SELECT json FROM event"))


def fragments(item):
    """What gives an item away, alone: its digits in a row and its words."""
    return {part for part in re.findall(r"\d{3,}|[^\W\d_]{4,}", item)
            if part.lower() not in {"http", "https", "www", "mailto", "snabel", "mail", "foto", "post", "info", "firma", "example"}}


class Personal(unittest.TestCase):
    def test_pr06_three_hundred_items_reach_neither_bus_nor_log(self):
        # each beside a failure, within it and before it, so that its words may be evidence
        forms = ["Værelset er beskidt og iskoldt, ring %s, varmen virker ikke", "%s the heating is broken, %s and it is freezing in 214"]
        texts = [forms[i % 2].replace("%s", item) for i, item in enumerate(items())]
        with Service("hotel", "--desk", DESK, "--log", "debug") as service:
            send(service, texts)
            alarms = service.rows("SELECT json FROM event WHERE topic LIKE 'alarm.%'")
            self.assertGreater(len(alarms), 250)
            incident = json.loads(alarms[0][0])["incident"]
            # what staff write of it may hold the same
            for i, item in enumerate(items()[::10]):
                lyt("incident", "note" if i % 2 else "ack", incident, "--by", "signe", "--note", "ring %s nu" % item,
                    "--state", service.state)
            # and what is refused is logged without it
            for item in items()[::25]:
                lyt("send", "--jsonl", "--state", service.state,
                    stdin=json.dumps({"id": "x", "channel": "sms %s" % item, "text": item, "from": item * 40}) + "\n")
            said = events(service)
            with open(os.path.join(service.state, "log"), encoding="utf-8", errors="replace") as file:
                log = file.read()
        log = re.sub(r"[a-z]+://[0-9.:]+|\b(pid|port|at_us|version|pack)=\S+", "", log)
        words = {}
        for item in items():
            words.update({part: item for part in fragments(item)})
        ours = set(re.findall(r"\d{3,}|[^\W\d_]{4,}", "Værelset er beskidt og iskoldt, ring varmen virker ikke the heating is broken and it is freezing 214"))
        for part, item in words.items():
            if part in ours:
                continue
            for line in said.splitlines():
                line = re.sub(r'"(at|accepted_at|publisher|version|pack|id|opened_at|until|property|team|scenario|by)":"[^"]*"|"(seq|stream|start|end|feedback|incident|probability)":[0-9.]+', "", line)
                self.assertIsNone(re.search(r"(?<!\w)%s(?!\w)" % re.escape(part), line), "%s of %s: %s" % (part, item, line[:400]))
        for item in items():
            self.assertNotIn(item, log)
        self.assertTrue(any(mark in said for mark in MARKS), "nothing was masked: the test shows nothing")

    def test_pr06_names_of_staff_are_for_those_who_lead(self):
        text = "Mette i receptionen var uhøflig, og Amiras tone var værre. Spørg Bro"
        service = Service("hotel", "--desk", DESK)
        tokens = os.path.join(service.state, "tokens")
        staff = token_of(service.state, "--person", "jonas", "--role", "staff")
        viewer = token_of(service.state, "--person", "board", "--role", "viewer")
        lead = token_of(service.state, "--person", "lise", "--role", "manager")
        service.options += ("--tokens", tokens)
        with service:
            send(service, [text])
            incident = json.loads(service.rows("SELECT json FROM event WHERE topic LIKE 'alarm.%'")[0][0])["incident"]
            pages = ["/api/v1/feedback", "/api/v1/feedback/1", "/api/v1/incidents", "/api/v1/incidents/%d" % incident]
            for token, sees in ((lead, True), (staff, False), (viewer, False)):
                for page in pages:
                    said = Web(service, token).get(page)
                    self.assertEqual(said.status, 200, page)
                    self.assertIn("receptionen", said.text)
                    for name in ("Mette", "Amira", "Bro"):
                        (self.assertIn if sees else self.assertNotIn)(name, said.text, page)
            # what points into the text still fits, so that a page can colour it
            message = Web(service, staff).get("/api/v1/feedback/1").json["message"]
            self.assertEqual(len(message["text"].encode()), len(text.encode()))
            self.assertEqual(message["text"], message["verdict"]["text"])
            said = events(service)
            for name in ("Mette", "Amira"):
                self.assertNotIn(name, said)


class Special(unittest.TestCase):
    TEXTS = [
        "Min søn har jordnøddeallergi og fik nødder i maden, iskold mad",
        "I am in a wheelchair and the lift is broken again",
        "Jeg er gravid, og varmen virker ikke i 214",
        "my epilepsy medicine was thrown out, the room is not cleaned",
    ]
    TOLD = ("allerg", "wheelchair", "gravid", "epileps", "medicin")

    def test_pr07_is_flagged_and_kept_out_of_the_bus(self):
        with Service("hotel", "--desk", DESK) as service:
            send(service, self.TEXTS + ["The heating is broken in 214 and it is freezing"])
            verdicts = [json.loads(row[0]) for row in service.rows("SELECT json FROM verdict ORDER BY feedback_id")]
            self.assertEqual([{m["kind"] for m in v.get("special", [])} for v in verdicts], [{"health"}] * 4 + [set()])
            for verdict in verdicts[:4]:
                text = verdict["text"].encode()
                for mention in verdict["special"]:
                    word = text[mention["start"]:mention["end"]].decode().lower()
                    self.assertTrue(any(told in word for told in self.TOLD), word)
            alarms = [json.loads(row[0]) for row in service.rows("SELECT json FROM event WHERE topic LIKE 'alarm.%'")]
            self.assertGreaterEqual({a["feedback"] for a in alarms}, {1, 2, 3, 5})
            for alarm in alarms:
                # what failed is said, and where; of whom it tells is not
                self.assertNotRegex(" ".join(alarm["evidence"]).lower(), "|".join(self.TOLD))
                self.assertNotIn("special", alarm)
            self.assertIn("freezing", json.dumps(alarms))

    def test_pr07_goes_sooner(self):
        """When it goes is store/keep_test.c's; that the rule is there and cannot be the longer one is ours."""
        rules = os.path.join("/tmp", "lyt-special-%d.yaml" % os.getpid())
        self.addCleanup(os.unlink, rules)
        with open(rules, "w") as file:
            file.write("retention:\n  text: 90\n  special: 120\n")
        refused = lyt("retention", rules, "--dry-run")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("special", refused.err)


if __name__ == "__main__":
    main()
