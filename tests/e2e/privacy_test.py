"""What tells who somebody is, or how they are, goes no further than it has to."""

import json
import os
import re
import shutil
import tempfile
import unittest
import urllib.parse

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
                line = re.sub(r'"(at|accepted_at|publisher|version|pack|id|opened_at|until|property|team|scenario|by|who|owner)":"[^"]*"|"(seq|stream|start|end|feedback|incident|probability)":[0-9.]+', "", line)
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


class Moves(unittest.TestCase):
    LINES = [
        {"id": "1", "from": "g-anna", "text": "The heating is broken in 214 and it is freezing", "score": 3, "scale": 10},
        {"id": "2", "from": "g-bo", "text": "no hot water in 305"},
        {"id": "3", "from": "g-anna", "text": "Tak for hjælpen"},
        {"id": "4", "from": "g-anna", "text": "the shower is cold again"},
    ]
    KNOWN = [
        {"type": "order", "guest": "g-anna", "item": "espresso", "at": "2026-11-25T08:00:00Z"},
        {"type": "stay", "id": "s-17", "guest": "g-anna", "property": "havnen", "place": "214",
         "arrives": "2026-11-24T14:00:00Z", "departs": "2026-11-27T10:00:00Z"},
    ]

    def live(self, service):
        """A case from the complaint to the guest's yes, with a promise and a gesture; a second one stays open."""
        state = ("--state", service.state)
        lines = "".join(json.dumps(dict(line, channel="sms", property="havnen")) + "\n" for line in self.LINES)
        lyt("send", "--jsonl", *state, stdin=lines, check=0)
        wait_for(service.all_classified, "the verdicts")
        lyt("event", *state, stdin="".join(json.dumps(line) + "\n" for line in self.KNOWN), check=0)
        by = ("--by", "mette", *state)
        lyt("incident", "cause", 1, "--note", "valve", *by, check=0)
        lyt("incident", "action", 1, "--note", "new valve", *by, check=0)
        lyt("incident", "promise", 1, "--minutes", 30, "--note", "a warm room", *by, check=0)
        lyt("incident", "kept", 1, "--promise", 1, *by, check=0)
        lyt("incident", "offer", 1, "--gesture", "sorry", *by, check=0)
        for verb in ("ack", "work", "remedy"):
            lyt("incident", verb, 1, *by, check=0)
        lyt("incident", "answer", 1, "--score", 9, *by, check=0)

    @staticmethod
    def plain(exported):
        """Without numbers, which are others' in another store."""
        def of(value, key=None):
            if isinstance(value, dict):
                return {k: of(v, k) for k, v in value.items()}
            if isinstance(value, list):
                return [of(v) for v in value]
            return 0 if key in ("feedback", "incident", "other") else value
        return of(exported)

    def test_pr01_by_number_and_by_mail_address(self):
        """As guests ask for it: they know their number and their address, not what is kept instead of them."""
        folder = tempfile.mkdtemp(prefix="lyt-privacy-")
        self.addCleanup(shutil.rmtree, folder)
        key = os.path.join(folder, "pseudonyms")
        with open(os.open(key, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write("ab" * 32 + "\n")
        with open(os.path.join(folder, "channels.yaml"), "w") as file:
            file.write('public_url: https://feedback.example.dk\npseudonyms: pseudonyms\nnumbers:\n'
                       '  - {number: "+4592450000", property: havnen}\ngateways:\n'
                       '  - {name: v, kind: vonage, path: /in/v, signature: none, addresses: [127.0.0.0/8]}\n')
        with Service("hotel", "--channels", os.path.join(folder, "channels.yaml")) as service:
            at = ("--state", service.state)
            for n, number in enumerate(("4540404422", "4540404423")):
                fields = {"msisdn": number, "to": "4592450000", "messageId": "%032X" % n, "type": "text",
                          "text": "the shower is xylophonically cold %d" % n, "message-timestamp": "2026-11-26 10:00:00"}
                self.assertEqual(Web(service).ask("POST", "/in/v", urllib.parse.urlencode(fields),
                                                  type="application/x-www-form-urlencoded").status, 204)
            lyt("mail", "--pseudonyms", key, *at, check=0,
                stdin="From: Anna <Anna.Berg@Example.dk>\nTo: a@b.dk\nSubject: stay\nMessage-ID: <1@x>\n"
                      "Date: Thu, 26 Nov 2026 10:00:00 +0100\n\nThe bathroom was xylophonically dirty.\n")
            wait_for(lambda: service.rows("SELECT count(*) FROM feedback") == [(3,)], "all three")
            wait_for(service.all_classified, "the verdicts")
            for who in ("+45 40 40 44 22", "004540404422", "anna.berg@example.dk"):
                told = json.loads(lyt("privacy", "export", who, "--pseudonyms", key, *at, check=0).out)
                self.assertEqual(len(told["messages"]), 1, who)
                self.assertIn("xylophonically", told["messages"][0]["text"])
            # without the key nobody is found, and nobody is left to believe that they were erased
            self.assertIn("--pseudonyms", lyt("privacy", "erase", "+4540404422", *at, check=1).err)
            self.assertIn("write it like", lyt("privacy", "erase", "40404422", "--pseudonyms", key, *at, check=1).err)
            self.assertEqual(service.rows("SELECT count(*) FROM feedback WHERE text <> ''"), [(3,)])
            for who, left in (("+45 40 40 44 22", 2), ("ANNA.BERG@example.dk", 1)):
                said = json.loads(lyt("privacy", "erase", who, "--pseudonyms", key, "--json", *at, check=0).out)
                self.assertEqual(said["messages"], 1)
                self.assertEqual(service.rows("SELECT count(*) FROM feedback WHERE text <> ''"), [(left,)])
            (kept,) = service.rows("SELECT text FROM feedback WHERE text <> ''")
            self.assertEqual(kept, ("the shower is xylophonically cold 1",))
            for folder, _, names in os.walk(service.state):
                for name in names:
                    with open(os.path.join(folder, name), "rb") as file:
                        data = file.read()
                    for gone in (b"cold 0", b"40404422", b"xylophonically dirty", b"nna.berg"):
                        self.assertNotIn(gone, data, name)

    def test_pr03_what_was_given_out_is_taken_in_elsewhere_once(self):
        exported = os.path.join("/tmp", "lyt-guest-%d.json" % os.getpid())
        self.addCleanup(os.unlink, exported)
        with Service("hotel", "--desk", DESK) as service:
            self.live(service)
            given = lyt("privacy", "export", "g-anna", "--state", service.state, check=0).out
            refused = lyt("privacy", "import", "-", "--state", service.state, stdin=given)
            self.assertEqual(refused.returncode, 1, "a service runs")
            self.assertIn("stop it first", refused.err)
        with open(exported, "w") as file:
            file.write(given)
        # another house, with cases of its own
        with Service("hotel", "--desk", DESK) as other:
            state = ("--state", other.state)
            send(other, ["my key card does not work", "no towels in 118"], **{"from": "g-carl"})
            ours = other.rows("SELECT count(*) FROM incident")[0][0]
            other.stop()
            said = json.loads(lyt("privacy", "import", exported, "--json", *state, check=0).out)
            # the order and the stay; the case that is still open stays behind
            self.assertEqual((said["messages"], said["incidents"], said["others"]), (3, 1, 2))
            self.assertEqual((said["there"], said["left_out"]), (0, len(json.loads(given)["incidents"]) - 1))
            again = json.loads(lyt("privacy", "import", exported, "--json", *state, check=0).out)
            self.assertEqual((again["messages"], again["incidents"], again["others"]), (0, 0, 0))
            self.assertEqual(other.rows("SELECT count(*) FROM incident")[0][0], ours + 1)
            other.start()
            wait_for(other.all_classified, "nothing to be judged again")
            back = json.loads(lyt("privacy", "export", "g-anna", *state, check=0).out)
            before = json.loads(given)
            gone = [i["incident"] for i in before["incidents"] if i["open"]]
            before["incidents"] = [i for i in before["incidents"] if not i["open"]]
            before["facts"] = [f for f in before["facts"] if f["incident"] not in gone]
            for part in ("messages", "incidents", "facts", "notes", "stays"):
                self.assertEqual(self.plain(back[part]), self.plain(before[part]), part)
            shown = lyt("incident", "show", ours + 1, *state, check=0).out
            for step in ("promised", "offered", "confirmed", "closed"):
                self.assertIn(step, shown)
            lyt("privacy", "erase", "g-anna", *state, check=0)
            other.stop()
            refused = lyt("privacy", "import", exported, *state)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("was erased here", refused.err)
            other.start()

    def test_pr03_a_bad_file_changes_nothing_and_is_named(self):
        with Service("hotel") as service:
            state = ("--state", service.state)
            service.stop()
            for text, code, says in (("", 1, "stdin"), ("[]", 1, "guest"), ('{"guest":"g"}', 1, "messages"),
                                     ('{"guest":"g","messages":[{}]}', 1, "messages[0].feedback"),
                                     ('{"guest":"g","messages":[', 1, "stdin"), ('{"guest":"g","messages":{}}', 1, "messages")):
                done = lyt("privacy", "import", "-", *state, stdin=text)
                self.assertEqual(done.returncode, code, text)
                self.assertIn(says, done.err, text)
            self.assertEqual(service.rows("SELECT count(*) FROM feedback")[0][0], 0)
            service.start()


class Stories(unittest.TestCase):
    def test_rp07_a_story_needs_the_guests_yes_and_goes_with_it(self):
        with Service("hotel", "--desk", DESK) as service:
            state = ("--state", service.state)
            send(service, ["The heating is broken in 214 and it is freezing, call 20304050"], **{"from": "g-anna"})
            lyt("incident", "cause", 1, "--by", "mette", "--note", "valve stuck", *state, check=0)
            lyt("incident", "action", 1, "--by", "mette", "--note", "Oskar Dahl changed the valve", *state, check=0)
            for verb in ("ack", "work", "remedy"):
                lyt("incident", verb, 1, "--by", "mette", *state, check=0)
            lyt("incident", "answer", 1, "--by", "mette", "--score", "9", *state, check=0)

            def told():
                done = lyt("story", "export", "--desk", DESK, "--json", *state, check=0)
                return json.loads(done.out)["stories"]

            self.assertEqual(told(), [], "nobody said yes")
            refused = lyt("incident", "consent", 1, "--by", "mette", *state)
            self.assertEqual(refused.returncode, 2)
            self.assertIn("--note TEXT", refused.err)
            lyt("incident", "consent", 1, "--by", "mette", "--note", "yes, at the desk", *state, check=0)
            story = told()[0]
            self.assertEqual(story["scenario"], "room-too-cold")
            self.assertEqual(story["said"], "The heating is broken in 214 and it is freezing, call [phone]")
            self.assertEqual((story["cause"], story["done"], story["score"]),
                             ("valve stuck", "[name] [name] changed the valve", 9))
            self.assertIn("1  room-too-cold  told", lyt("story", "list", "--desk", DESK, *state, check=0).out)
            self.assertIn("gæsten siger ja", lyt("incident", "show", 1, "--language", "da", *state, check=0).out)
            # over HTTP it is taken back, and the next export has it no more
            self.assertEqual(Web(service).post("/api/v1/incidents/1/revoke", {"by": "mette"}).status, 200)
            self.assertEqual(told(), [])
            lyt("incident", "consent", 1, "--by", "mette", "--note", "again", *state, check=0)
            page = os.path.join(service.state, "stories.html")
            lyt("story", "export", "--desk", DESK, "--html", page, "--language", "da", *state, check=0)
            with open(page, encoding="utf-8") as file:
                self.assertIn("Gode historier", file.read())
            lyt("privacy", "erase", "g-anna", *state, check=0)
            self.assertEqual(told(), [])
            self.assertEqual(lyt("story", "list", *state).returncode, 2)


if __name__ == "__main__":
    main()
