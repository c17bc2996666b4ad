"""The schemas of events and feedback: what is sent is as they say, what was promised once holds, and events of every
released version are read by the programs of today."""

import json
import os
import sqlite3
import unittest

from lyt_http import Stream, Web
from lyt_service import ROOT, Service, lyt, main, wait_for

HOTEL = os.path.join(ROOT, "models/hotel/desk.yaml")
SCHEMAS = os.path.join(ROOT, "docs", "schema")
EVENTS = os.path.join(ROOT, "tests", "golden", "events")
PROMISED = os.path.join(ROOT, "tests", "golden", "schema")
# what a schema may say of a value and what of JSON Schema it may use
BOUNDS = ("pattern", "format", "minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength", "maxItems", "const",
          "additionalProperties")
KNOWN = {"$schema", "$id", "title", "description", "type", "properties", "required", "anyOf", "enum", "items", *BOUNDS}
TYPES = {"boolean": bool, "object": dict, "string": str, "integer": int, "number": (int, float), "array": list}


def read(folder):
    found = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            found[name[:-5]] = json.load(file)
    return found


def golden():
    """(file, topic, event) of every version."""
    for name in sorted(os.listdir(EVENTS)):
        with open(os.path.join(EVENTS, name), encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                yield name, row["topic"], row["event"]


def broken(old, new, is_input, where):
    """What of an old promise a new schema does not hold: members are only added, and none says something else."""
    faults = [where + ": " + bound for bound in (*BOUNDS, "type") if old.get(bound) != new.get(bound)]
    # who reads an event counts on what it has always had; who writes feedback on what it need not have
    first, then = (new, old) if is_input else (old, new)
    faults += ["%s.%s: is asked for" % (where, name) for name in set(first.get("required", ())) - set(then.get("required", ()))]
    # nor does an event say a word that its readers have never heard
    faults += ["%s: %s" % (where, word) for word in set(then.get("enum", ())) - set(first.get("enum", ()))]
    for name, inner in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            faults.append("%s.%s: is gone" % (where, name))
        else:
            faults += broken(inner, new["properties"][name], is_input, where + "." + name)
    if "items" in old:
        faults += broken(old["items"], new.get("items", {}), is_input, where + "[]")
    return faults


class Schema(unittest.TestCase):
    """What there is of JSON Schema in docs/schema, and no more."""

    def check(self, value, schema, where):
        self.assertLessEqual(set(schema), KNOWN, where)
        if "type" in schema:
            self.assertIsInstance(value, TYPES[schema["type"]], where)
        if "const" in schema:
            self.assertEqual(value, schema["const"], where)
        if "enum" in schema:
            self.assertIn(value, schema["enum"], where)
        if "pattern" in schema:
            self.assertRegex(value, schema["pattern"], where)
        if "minimum" in schema:
            self.assertGreaterEqual(value, schema["minimum"], where)
        if "maximum" in schema:
            self.assertLessEqual(value, schema["maximum"], where)
        if isinstance(value, str):
            self.assertTrue(schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 1 << 20), where)
        if isinstance(value, list):
            self.assertLessEqual(len(value), schema.get("maxItems", 1 << 20), where)
            for item in value:
                self.check(item, schema.get("items", {}), where)
        if isinstance(value, dict):
            self.assertLessEqual(set(schema.get("required", [])), set(value), where)
            for key, inner in value.items():
                of = schema.get("properties", {}).get(key, schema.get("additionalProperties", {}))
                self.check(inner, of, where + "." + key)

    def check_live(self, service):
        """Returns the types that were there."""
        schemas, kinds = read(SCHEMAS), set()
        for topic, text in service.rows("SELECT topic, json FROM event"):
            event = json.loads(text)
            kinds.add(event["type"])
            self.check(event, schemas[event["type"]], topic)
            self.assertLessEqual({"stream", "publisher"}, set(event))
            # what the schema does not know of is a member that nobody has described
            self.assertLessEqual(set(event), set(schemas[event["type"]]["properties"]), topic)
        return kinds

    def test_bu13_events_of_every_version_are_as_the_schemas_say(self):
        schemas, seen = read(SCHEMAS), {}
        for name, topic, event in golden():
            self.check(event, schemas[topic.split(".")[0]], name + " " + topic)
            seen.setdefault(event["type"], set()).update(event)
        # each type and each member of it has an event that was kept
        for kind, schema in schemas.items():
            if kind != "feedback":
                self.assertEqual(set(schema["properties"]) - seen[kind], set(), kind)

    def test_bu13_what_was_promised_holds(self):
        schemas, n = read(SCHEMAS), 0
        for version in sorted(os.listdir(PROMISED)):
            for kind, old in read(os.path.join(PROMISED, version)).items():
                self.assertEqual(broken(old, schemas[kind], kind == "feedback", version + " " + kind), [])
                n += 1
        self.assertGreaterEqual(n, 11)

    def test_bu13_a_broken_promise_is_seen(self):
        old = {"type": "object", "required": ["a"], "properties": {
            "a": {"type": "integer"}, "b": {"type": "string", "enum": ["x", "y"]},
            "c": {"type": "array", "items": {"type": "string"}}}}

        def changed(change):
            new = json.loads(json.dumps(old))
            change(new)
            return broken(old, new, False, "e"), broken(old, new, True, "f")

        for change, as_event, as_feedback in (
                (lambda s: s["properties"].update(d={"type": "string"}), False, False),
                (lambda s: s["properties"].pop("b"), True, True),
                (lambda s: s["properties"]["a"].update(type="string"), True, True),
                (lambda s: s["properties"]["c"]["items"].update(type="integer"), True, True),
                (lambda s: s["required"].append("b"), False, True),
                (lambda s: s["required"].remove("a"), True, False),
                (lambda s: s["properties"]["b"]["enum"].append("z"), True, False),
                (lambda s: s["properties"]["b"]["enum"].remove("y"), False, True),
                (lambda s: s["properties"]["b"].update(maxLength=3), True, True)):
            event, feedback = changed(change)
            self.assertEqual((bool(event), bool(feedback)), (as_event, as_feedback), (event, feedback))

    def test_bu13_events_of_every_version_are_read_by_todays_programs(self):
        """As if a service of that version had kept them: heard again, by name and over HTTP."""
        rows = [(topic, event) for _, topic, event in golden() if event["type"] != "heartbeat"]
        with Service() as service:
            service.stop()
            with sqlite3.connect(os.path.join(service.state, "lyt.db")) as db:
                for seq, (topic, event) in enumerate(rows, 1):
                    event["seq"] = seq
                    db.execute("INSERT INTO event(seq, at_us, topic, json) VALUES(?, 1760000000000000, ?, ?)",
                               (seq, topic, json.dumps(event)))
                    db.execute("INSERT INTO stream(topic, n, seq) VALUES(?, 1, ?) ON CONFLICT(topic) DO UPDATE SET"
                               " n = n + 1, seq = excluded.seq", (topic, seq))
            service.start()
            at = ("--state", service.state, "--since", 0, "--count", len(rows), "--json")
            for more in ((), ("--name", "pager")):
                heard = [json.loads(line) for line in lyt("subscribe", *at, *more, check=0).out.splitlines()]
                self.assertEqual(heard, [event for _, event in rows])
            self.assertIn("alarm", lyt("subscribe", *at[:-1], check=0).out)
            stream = Stream(Web(service), last=0)
            for topic, event in rows:
                self.assertEqual(stream.next(), (event["seq"], event["type"], event))
            stream.close()

    def test_bu01_bu13_a_live_service_says_what_the_schemas_say(self):
        with Service() as service:
            lyt("send", "--state", service.state, "--property", "havnen", "--place", "214",
                stdin="the shower is cold and the room is dirty\n", check=0)
            wait_for(service.all_classified, "the verdict")
            lyt("incident", "ack", 1, "--by", "Ida", "--state", service.state, check=0)
            self.assertEqual(self.check_live(service), {"alarm", "incident"})

    def test_bu13_a_live_house_says_what_the_schemas_say(self):
        with Service("hotel", "--desk", HOTEL) as service:
            at = ("--state", service.state)
            rows = [dict(place="214", text="Der er ingen varmt vand", **{"from": "anna"}),
                    dict(place="215", text="Mette in reception was wonderful, thank you Mette"),
                    dict(place="tower", text="My wallet was stolen from my room, somebody took all our money")]
            lyt("send", "--jsonl", *at, stdin="".join(json.dumps(dict(row, property="havnen")) + "\n" for row in rows), check=0)
            wait_for(service.all_classified, "the verdicts")
            lyt("incident", "ack", 1, "--by", "bent", "--minutes", 20, "--note", "a valve", *at, check=0)
            lyt("silence", "add", "--scenario", "wifi-down", "--minutes", 5, "--note", "a router", *at, check=0)
            lyt("silence", "end", 1, *at, check=0)
            lyt("correct", 1, "--none", *at, check=0)
            lyt("drill", "--text", "No hot water in the shower", "--place", 214, "--by", "signe", *at, check=0)
            kinds = self.check_live(service)
            self.assertEqual(kinds - {"health"}, {"alarm", "incident", "notice", "praise", "silence", "correction"})

    def test_bu13_feedback_as_the_schema_says_is_taken(self):
        """Every member that the schema names, and nothing that it forbids."""
        schema = read(SCHEMAS)["feedback"]
        full = {"id": "s-1", "channel": "sms", "property": "havnen", "place": "214", "from": "anna", "lang": "da",
                "text": "Der er ingen varmt vand", "score": 3, "scale": 10, "sent_at": "2026-11-25T05:40:00Z"}
        self.assertLessEqual(set(full), set(schema["properties"]))
        self.check(full, schema, "feedback")
        with Service() as service:
            def say(**row):
                return lyt("send", "--jsonl", "--json", "--state", service.state, stdin=json.dumps(row) + "\n")

            self.assertEqual(json.loads(say(**full).out)["status"], "accepted")
            self.assertEqual(json.loads(say(text="cold").out)["status"], "accepted")
            for name, value in (("text", 5), ("score", "many"), ("lang", "danish, I think"), ("id", "x" * 5000)):
                with self.assertRaises(AssertionError, msg=name):
                    self.check(dict(full, **{name: value}), schema, name)
                refused = json.loads(say(**dict(full, **{name: value})).out)
                self.assertEqual(refused["status"], "refused", name)
                self.assertIn(name, refused["error"])


if __name__ == "__main__":
    main()
