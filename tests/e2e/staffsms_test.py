"""An order that staff text and that moves nothing: with a gateway that texts nothing back (GatewayAPI, Vonage) they read
why by the house's own way out, durably and once; and nobody else is texted. Real servers, real signatures."""

import base64
import hashlib
import hmac
import json
import os
import subprocess
import time
import unittest
from urllib.parse import urlencode

from guestreply_test import COLD_DA, GUEST, House
from lyt_http import Web
from lyt_service import LYT, lyt, main, wait_for

JONAS, KARIN = "+4520202020", "+4520202021"
MORE = """  - {name: gwapi, kind: gatewayapi, path: /in/gwapi, secret: twilio}
  - {name: vonage, kind: vonage, path: /in/vonage, secret: twilio, signature: sha256}
staff:
  - {number: "%s", person: jonas, property: havnen}
  - {number: "%s", person: mette, property: havnen}
""" % (JONAS, KARIN)
KEY = b"12345"


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Staff(House):
    def __init__(self, kind="gatewayapi", **more):
        super().__init__(kind, **more)
        with open(self.path("channels.yaml")) as file:
            channels = file.read()
        self.write("channels.yaml", channels + MORE)
        self.id = 1000

    def gwapi(self, words, sender=JONAS, again=False):
        self.id += not again
        fields = {"id": self.id, "msisdn": int(sender[1:]), "receiver": 4592450000, "message": words,
                  "senttime": int(time.time()), "webhook_label": "test"}
        head = b64url(b'{"alg":"HS256","typ":"JWT"}') + "." + b64url(json.dumps(fields).encode())
        signed = head + "." + b64url(hmac.new(KEY, head.encode(), hashlib.sha256).digest())
        return Web(self.service).ask("POST", "/in/gwapi", json.dumps(fields), {"X-Gwapi-Signature": signed})

    def vonage(self, words, sender=JONAS):
        self.id += 1
        fields = {"api-key": "k", "msisdn": sender[1:], "to": "4592450000", "messageId": "0A%014X" % self.id, "text": words,
                  "type": "text", "message-timestamp": "2026-11-22 05:39:58", "timestamp": str(int(time.time()))}
        joined = "".join("&%s=%s" % (key, fields[key].replace("&", "_").replace("=", "_")) for key in sorted(fields))
        fields["sig"] = hmac.new(KEY, joined.encode(), "sha256").hexdigest()
        return Web(self.service).ask("POST", "/in/vonage", urlencode(fields), type="application/x-www-form-urlencoded")

    def feedback(self):
        return self.service.rows("SELECT count(*) FROM feedback")[0][0]


class Answers(unittest.TestCase):
    def check_silent(self, answer):
        self.assertIn(answer.status, (200, 204), answer.text)
        self.assertEqual(answer.text, "", "the gateway's call has no words of ours")

    def test_UI_08_what_moves_nothing_is_answered_by_the_houses_own_way(self):
        with Staff() as house:
            house.text(COLD_DA)
            house.wait_sent(1, "the reply to the guest")
            for n, (door, words, wanted) in enumerate((
                    (house.gwapi, "OK", "Skriv sagens nummer, fx: OK 123"),
                    (house.gwapi, "OK 99999", "der er ingen sag 99999"),
                    (house.vonage, "LØST 1", "Skriv hvad der er gjort, fx: LØST 123 ny radiator"),
                    (house.vonage, "ok 88888", "der er ingen sag 88888")), 2):
                self.check_silent(door(words))
                to, said = house.wait_sent(n, words)[-1]
                self.assertEqual(to, JONAS)
                self.assertIn(wanted, said)
            self.assertEqual(house.feedback(), 1, "none of it is a message")
            # an order that moves its case needs no words, nor does what staff report
            self.check_silent(house.gwapi("OK 1"))
            self.check_silent(house.vonage("Pæren er gået på 118"))
            self.assertEqual(house.case(1)["state"], "acknowledged")
            # what looks like one and comes from a guest is a message like any other
            self.check_silent(house.gwapi("OK 99999", GUEST))
            self.assertEqual(house.feedback(), 3)
            house.settle()
            self.assertEqual([to for to, _ in house.sent()], [GUEST] + [JONAS] * 4)
            self.check_kept(house)

    def check_kept(self, house):
        """In the outbox like anything else, the number sealed, and no words of it on the bus."""
        self.assertEqual(house.service.rows("SELECT state, channel, way FROM outbox WHERE who = 'jonas'"),
                         [(2, "answer", "guests")] * 4)
        listed = json.loads(lyt("outbox", "list", "--all", "--json", "--state", house.service.state, check=0).out)["outbox"]
        self.assertEqual([row["way"] for row in listed if row["who"] == "jonas"], ["guests"] * 4)
        (sealed,), = house.service.rows("SELECT sealed FROM contact WHERE guest = 'staff.jonas'")
        self.assertTrue(sealed.startswith("1."))
        events = [json.loads(text) for text, in house.service.rows("SELECT json FROM event WHERE topic LIKE 'answer.%'")]
        self.assertEqual([(event["type"], event["who"], event["property"]) for event in events],
                         [("answer", "jonas", "havnen")] * 4)
        self.assertNotIn("88888", json.dumps(events))
        self.assertNotIn(JONAS[1:], json.dumps(house.service.rows("SELECT * FROM contact")))
        self.assertEqual(house.service.rows("SELECT DISTINCT kind, state, ground FROM reply WHERE guest = 'staff.jonas'"),
                         [("answer", "sent", "somebody of the house asked for it")])

    def modem(self, house, words, sender=JONAS):
        """As gammu-smsd runs what its RunOnReceive says."""
        house.id += 1
        env = dict(os.environ, SMS_MESSAGES="1", SMS_1_NUMBER=sender, SMS_1_TEXT=words, SMS_1_CLASS="-1", DECODED_PARTS="0")
        done = subprocess.run([LYT, "gammu", "--channels", house.path("channels.yaml"), "--number", "+4592450000", "--state",
                               house.service.state, "IN20261126_0510%02d_00_%s_00.txt" % (house.id % 100, sender)], env=env,
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    def test_UI_08_CH_20_so_is_what_the_houses_own_modem_hands_over(self):
        with Staff() as house:
            for n, (words, wanted) in enumerate((("OK", "Skriv sagens nummer"), ("OK 99999", "der er ingen sag 99999")), 1):
                self.assertEqual(self.modem(house, words), (0, ""))
                to, said = house.wait_sent(n, words)[-1]
                self.assertEqual(to, JONAS)
                self.assertIn(wanted, said)
            self.assertEqual(house.feedback(), 0)
            self.assertEqual(self.modem(house, "Der er intet varmt vand på 214", GUEST), (0, ""))
            house.wait_sent(3, "the reply to a guest")
            self.assertEqual(self.modem(house, "OK 1"), (0, ""))
            self.assertEqual(house.case(1)["state"], "acknowledged")
            self.assertEqual(self.modem(house, "OK 99999", GUEST), (0, ""))
            house.settle()
            self.assertEqual([to for to, _ in house.sent()], [JONAS, JONAS, GUEST])
            # with no way out the modem's own log says it, and what is no order is a message
            with open(house.path("desk.yaml")) as file:
                text = file.read()
            house.write("desk.yaml", text[:text.index("\nways:\n")] + "\n")
            lyt("reload", "--state", house.service.state, check=0)
            code, said = self.modem(house, "OK 99998")
            self.assertEqual(code, 1)
            self.assertIn("99998", said)
            self.assertEqual(self.modem(house, "OK"), (0, ""))
            self.assertEqual(house.service.rows("SELECT text, author FROM feedback ORDER BY id DESC LIMIT 1"), [("OK", "jonas")])

    def test_UI_08_it_survives_a_kill_and_goes_once(self):
        with Staff() as house:
            house.http.plan["/rest/mtsms"] = [503] * 1000
            self.check_silent(house.gwapi("OK 77777"))
            self.assertEqual(house.service.rows("SELECT count(*) FROM outbox WHERE who = 'jonas'"), [(1,)],
                             "it was on the disk when the gateway heard that all is well")
            house.service.kill()
            house.http.plan.clear()
            del house.http.requests[:]
            house.service.start()
            wait_for(lambda: any("77777" in words for _, words in house.sent()), "the answer after the restart")
            house.settle()
            self.assertEqual([to for to, words in house.sent() if "77777" in words], [JONAS])

    def test_UI_08_a_way_that_has_the_number_is_used_before_any_other(self):
        with Staff(more='  - {id: staff, kind: gatewayapi, url: HTTP/rest/mtsms, secret: token, from: Havnen, '
                        'to: [{who: mette, address: "+4530303030"}], allow_private: true}') as house:
            self.check_silent(house.gwapi("OK", KARIN))
            self.assertEqual(house.wait_sent(1, "the answer")[0], ("+4530303030", "Skriv sagens nummer, fx: OK 123"))
            self.assertEqual(house.service.rows("SELECT way FROM outbox"), [("staff",)])
            self.assertEqual(house.service.rows("SELECT count(*) FROM contact"), [(0,)], "there is no need to keep it")

    def test_UI_08_without_a_way_out_somebody_sees_it_as_a_message(self):
        with Staff() as house:
            with open(house.path("desk.yaml")) as file:
                text = file.read()
            self.assertIn("\nways:\n", text)
            house.write("desk.yaml", text[:text.index("\nways:\n")] + "\n")
            lyt("reload", "--state", house.service.state, check=0)
            self.check_silent(house.gwapi("OK"))
            self.check_silent(house.gwapi("OK 99999"))
            self.assertEqual(house.service.rows("SELECT text, channel, author FROM feedback"), [("OK", "staff", "jonas")])
            self.assertEqual(house.service.rows("SELECT count(*) FROM outbox"), [(0,)])

    def test_UI_08_only_who_may_give_commands_has_somebody_texted(self):
        with Staff() as house:
            answer = Web(house.service).post("/api/v1/feedback", {"type": "staff.answer", "who": "jonas", "text": "Hej"})
            self.assertEqual(answer.status, 422)
            self.assertIn("must be feedback", answer.text)
            for body, why in (({"who": "", "text": "Hej"}, "who: must name"), ({"who": "jonas"}, "text: must be"),
                              ({"who": "jonas", "text": "Hej"}, "no way has a number of jonas"),
                              ({"who": "j" * 49, "text": "Hej"}, "who: ")):
                done = lyt("send", "--state", house.service.state, "--jsonl",
                           stdin=json.dumps({"type": "staff.answer", **body}) + "\n", check=1)
                self.assertIn(why, done.err)
            self.assertEqual(house.service.rows("SELECT count(*) FROM outbox"), [(0,)])


if __name__ == "__main__":
    main()
