"""Chats and social posts come to a running service by the mapping files of docs/examples, signed as their senders do."""

import hashlib
import hmac
import json
import os
import tempfile
import unittest

from lyt_http import Web
from lyt_service import Service, lyt, main, wait_for

MAPPINGS = os.path.join(os.environ["LYT_DATA"], "docs/examples/channels/mappings")
NAMES = ("whatsapp", "messenger", "facebook", "telegram", "slack", "mastodon")
SECRET, TOKEN = "8f1e4b0c2d5a6978", "meatyhamhock"


def signed(body, secret=SECRET):
    return "sha256=" + hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()


def whatsapp(text, id="wamid.1", sender="4540404422"):
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
        "messaging_product": "whatsapp", "metadata": {"display_phone_number": "4592450000"},
        "messages": [{"from": sender, "id": id, "timestamp": "1795325998", "type": "text", "text": {"body": text}}]}}]}]})


def facebook(text, id="1_2"):
    return json.dumps({"object": "page", "entry": [{"id": "19", "time": 1, "changes": [{"field": "feed", "value": {
        "item": "comment", "verb": "add", "comment_id": id, "from": {"id": "4540404422", "name": "Ida Holm"}, "message": text,
        "created_time": 1795325998}}]}]})


class Chats(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="lyt-chats-")
        for name, text in (("secret", SECRET + "\n" + TOKEN + "\n"), ("pseudonyms", "ab" * 32 + "\n")):
            with open(os.open(os.path.join(cls.folder, name), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(text)
        cls.channels = os.path.join(cls.folder, "channels.yaml")
        with open(cls.channels, "w") as file:
            file.write("public_url: https://lyt.example\npseudonyms: pseudonyms\ncountry: 45\n"
                       'numbers:\n  - {number: "+4592450000", property: havnen, lang: da}\ngateways:\n')
            for name in NAMES:
                file.write("  - {name: %s, kind: mapping, path: /in/%s, secret: secret, property: havnen, mapping: %s/%s.yaml}\n"
                           % (name, name, MAPPINGS, name))

    def test_CH_13_S3_03_the_files_are_checked_with_their_own_requests(self):
        done = lyt("channel", "check", self.channels, check=0)
        self.assertIn("6 gateways, 6 tests of mappings: 0 errors, 0 warnings", done.out)

    def test_CH_13_S3_03_a_chat_and_a_post_are_alarms_under_their_names(self):
        with Service("hotel", "--channels", self.channels, "--no-spelling") as service:
            web = Web(service)

            def send(path, body, code=200, **headers):
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                answer = web.ask("POST", path, body, named)
                self.assertEqual(answer.status, code, answer.text)

            chat = whatsapp("Der er intet varmt vand på værelse 214")
            send("/in/whatsapp", chat, X_Hub_Signature_256=signed(chat))
            send("/in/whatsapp", chat, X_Hub_Signature_256=signed(chat))  # Meta sends again what it is not sure of
            post = facebook("Larm fra baren hele natten, ingen kunne sove")
            send("/in/facebook", post, X_Hub_Signature_256=signed(post))
            # another's signature, none, and a body that was changed on the way
            send("/in/whatsapp", chat, 403, X_Hub_Signature_256=signed(chat, "x"))
            send("/in/facebook", post, 403)
            send("/in/facebook", post.replace("natten", "dagen"), 403, X_Hub_Signature_256=signed(post))
            update = json.dumps({"update_id": 1, "message": {"from": {"id": 4540404422}, "date": 1795325998, "text": "Wifi virker ikke på 305"}})
            send("/in/telegram", update, X_Telegram_Bot_Api_Secret_Token=SECRET)
            send("/in/telegram", update, 403, X_Telegram_Bot_Api_Secret_Token=SECRET + "x")
            wait_for(service.all_classified, "the verdicts")
            rows = service.rows("SELECT channel, text, sender, property FROM feedback ORDER BY id")
            self.assertEqual([row[:2] for row in rows], [
                ("chat", "Der er intet varmt vand på værelse 214"), ("social", "Larm fra baren hele natten, ingen kunne sove"),
                ("chat", "Wifi virker ikke på 305")])
            self.assertEqual({row[3] for row in rows}, {"havnen"})
            # an account elsewhere is no telephone, though its number looks like one: three senders, three pseudonyms
            self.assertEqual(len({row[2] for row in rows}), 3)
            # and nobody would text it
            kinds = service.rows("SELECT kind FROM contact")
            self.assertEqual(sorted(kind for kind, in kinds if kind == "phone"), ["phone"] if kinds else [])
            self.assertEqual({name for name, in service.rows("SELECT scenario FROM incident")},
                             {"no-hot-water", "noise-from-bar", "wifi-down"})
            database = b""
            for folder, _, names in os.walk(service.state):
                for name in names:
                    with open(os.path.join(folder, name), "rb") as file:
                        database += file.read()
            for secret in (b"4540404422", b"Ida Holm"):
                self.assertNotIn(secret, database)

    def test_CH_13_an_address_is_shown_to_be_ours(self):
        with Service("hotel", "--channels", self.channels, "--no-spelling") as service:
            web = Web(service)
            asked = web.get("/in/whatsapp?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=" + TOKEN)
            self.assertEqual((asked.status, asked.text), (200, "1158201444"))
            self.assertTrue(asked.headers["Content-Type"].startswith("text/plain"))
            self.assertEqual(web.get("/in/whatsapp?hub.challenge=1&hub.verify_token=x").status, 403)
            self.assertEqual(service.rows("SELECT count(*) FROM feedback"), [(0,)])

    def test_CH_13_channel_try_shows_what_becomes_of_a_request(self):
        body = facebook("Der var koldt på værelset")
        request = "POST /in/facebook HTTP/1.1\nContent-Type: application/json\nX-Hub-Signature-256: %s\n\n%s" % (signed(body), body)
        got = json.loads(lyt("channel", "try", self.channels, "facebook", "--json", stdin=request, check=0).out)
        item, = got["items"]
        self.assertEqual((item["channel"], item["text"]), ("social", "Der var koldt på værelset"))
        self.assertNotIn("Ida", json.dumps(got))


if __name__ == "__main__":
    main()
