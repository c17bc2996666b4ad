"""CH-05 as a gateway and a guest would have it: long SMS whose parts come one by one, in any order, or not at all."""

import itertools
import json
import os
import re
import shutil
import tempfile
import unittest
import urllib.parse

from clock_test import Clock
from lyt_http import Web
from lyt_service import Service, lyt, main, wait_for

MAPPING = """name: udh
body: form
fields: {id: /id, from: /from, to: /to, text: /text, udh: /udh}
tests:
  - request: |-
      POST /in/udh HTTP/1.1
      Content-Type: application/x-www-form-urlencoded

      id=1&from=%2B4540404422&to=%2B4592450000&text=a&udh=0500030a0201
    expect: {text: a, from: "+4540404422"}
"""
CHANNELS = """public_url: https://feedback.example.dk
pseudonyms: pseudonyms
numbers:
  - {number: "+4592450000", property: havnen}
gateways:
  - {name: vonage, kind: vonage, path: /in/vonage, signature: none, addresses: [127.0.0.0/8]}
  - {name: udh, kind: mapping, path: /in/udh, mapping: udh.yaml, addresses: [127.0.0.0/8]}
"""
WORDS = ("Der er ingen varmt ", "vand i bruseren, og ", "vi fryser på værelset")


class LongSms(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-e2e-longsms-")
        self.addCleanup(shutil.rmtree, self.folder)
        with open(os.open(os.path.join(self.folder, "pseudonyms"), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write("ab" * 32 + "\n")
        for name, text in (("udh.yaml", MAPPING), ("channels.yaml", CHANNELS)):
            with open(os.path.join(self.folder, name), "w") as file:
                file.write(text)
        self.channels = os.path.join(self.folder, "channels.yaml")
        self.n = 0

    def post(self, web, path, **fields):
        answer = web.ask("POST", path, urllib.parse.urlencode(fields), type="application/x-www-form-urlencoded")
        self.assertLess(answer.status, 300, answer.text)

    def vonage(self, web, sender, ref, k, words):
        """As Vonage says it of each part."""
        self.n += 1
        self.post(web, "/in/vonage", msisdn=sender, to="4592450000", messageId="%032X" % self.n, text=words[k], type="text",
                  concat="true", **{"concat-ref": ref, "concat-total": len(words), "concat-part": k + 1,
                                    "message-timestamp": "2026-11-26 10:00:00"})

    def udh(self, web, sender, header, k, words):
        self.n += 1
        self.post(web, "/in/udh", id=str(self.n), **{"from": "+" + sender}, to="+4592450000", text=words[k],
                  udh=(header + "%02x%02x") % (len(words), k + 1))

    def kept(self, service):
        return service.rows("SELECT text, mark, property, channel FROM feedback ORDER BY id")

    def texts(self, service, n, what):
        """Of the first n, once they are there: a message is kept a moment after its last part was answered."""
        wait_for(lambda: len(self.kept(service)) >= n, what)
        self.assertEqual(len(self.kept(service)), n, what)
        return [row[0] for row in self.kept(service)]

    def test_ch05_parts_in_any_order_join_to_one_message(self):
        with Service("hotel", "--channels", self.channels) as service:
            web, sender, n = Web(service), 4540404000, 0
            ways = [lambda s, k, w: self.vonage(web, s, 17, k, w),
                    lambda s, k, w: self.udh(web, s, "05000311", k, w),          # 8 bits: 0x11
                    lambda s, k, w: self.udh(web, s, "0608041234", k, w)]        # 16 bits: 0x1234
            for way in ways:
                for order in itertools.permutations(range(3)):
                    sender, n = sender + 1, n + 1
                    for k in order:
                        way(str(sender), k, WORDS)
                    self.assertEqual(self.texts(service, n, str(order))[-1], "".join(WORDS))
            # two guests whose phones count alike, part by part in turn; a part twice
            for k in (2, 0, 0, 1):
                self.udh(web, "4540405001", "05000311", k, ("a ", "b ", "c"))
                self.udh(web, "4540405002", "05000311", k, ("x ", "y ", "z"))
            self.assertEqual(self.texts(service, n + 2, "both guests'")[n:], ["a b c", "x y z"])
            self.assertEqual({row[1:] for row in self.kept(service)}, {("", "havnen", "sms")})
            wait_for(service.all_classified, "all verdicts")
            alarms = [json.loads(row[0])["scenario"] for row in service.rows("SELECT json FROM event WHERE topic LIKE 'alarm.%'")]
            self.assertEqual(alarms.count("no-hot-water"), n)

    def test_ch05_a_part_that_is_missing_after_a_minute_is_a_gap(self):
        clock = Clock(self.folder)
        self.addCleanup(clock.end)
        with Service("hotel", "--channels", self.channels) as service:
            web = Web(service)
            for k in (0, 2):
                self.vonage(web, "4540404422", 3, k, WORDS)
            clock.set(40)
            self.udh(web, "4540404423", "0608041234", 1, WORDS)
            waiting = lambda: re.search("^lyt_gateway_parts_waiting ([0-9]+)$", web.get("/metrics").text, re.M).group(1)
            self.assertEqual((self.kept(service), waiting()), ([], "2"))
            clock.set(61)
            self.assertEqual(self.texts(service, 1, "what there is of the first"), [WORDS[0] + "[…]" + WORDS[2]])
            # what was put together is let go of a moment after it was kept
            wait_for(lambda: waiting() == "1", "the second alone to wait")
            clock.set(101)
            self.assertEqual(self.texts(service, 2, "what there is of both")[1], "[…]" + WORDS[1] + "[…]")
            self.assertEqual([row[1] for row in self.kept(service)], ["partial", "partial"])
            wait_for(service.all_classified, "the verdicts")
            for row in (web.get("/api/v1/feedback/1").json["message"], *web.get("/api/v1/feedback").json["feedback"]):
                self.assertTrue(row["partial"])
            # what is left of it is heard all the same
            self.assertEqual(web.get("/api/v1/feedback/1").json["incidents"], [1])

    def test_ch05_no_part_that_was_answered_is_lost_by_a_kill(self):
        with Service("hotel", "--channels", self.channels) as service:
            for k in (1, 2):
                self.vonage(Web(service), "4540404422", 9, k, WORDS)
            service.kill()
            service.start()
            self.assertEqual(self.kept(service), [])
            self.vonage(Web(service), "4540404422", 9, 0, WORDS)
            self.assertEqual(self.texts(service, 1, "the whole of it"), ["".join(WORDS)])
            self.assertEqual(self.kept(service)[0][1], "")


if __name__ == "__main__":
    main()
