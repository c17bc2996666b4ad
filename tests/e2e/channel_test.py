#!/usr/bin/env python3
"""Requests signed by another's hand: Python's hmac and hashlib make what gateways would send, with
letters of every kind, and lyt must take each and read the very same words; signed with another
secret it must take none."""

import base64
import hashlib
import hmac
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from urllib.parse import quote, quote_plus, urlencode

LYT = os.environ["LYT_BINARY"]
SECRET = "s3cret/with+signs=&é"
URL = "https://feedback.example.dk"
LETTERS = "abc æøå ÆØÅ 214 &=+%#?/\"'\\<>é😀“”€\n\t:;,."
CHANNELS = f"""
public_url: {URL}
pseudonyms: key
gateways:
  - {{name: twilio, kind: twilio, path: /in/twilio, secret: secret}}
  - {{name: gatewayapi, kind: gatewayapi, path: /in/gatewayapi, secret: secret}}
  - {{name: status, kind: gatewayapi-mobile, path: /in/status, secret: secret}}
  - {{name: vonage, kind: vonage, path: /in/vonage, secret: secret}}
  - {{name: vonage-md5, kind: vonage, path: /in/md5, secret: secret, signature: md5}}
  - {{name: vonage-sha1, kind: vonage, path: /in/sha1, secret: secret, signature: sha1}}
  - {{name: vonage-sha256, kind: vonage, path: /in/sha256, secret: secret, signature: sha256}}
  - {{name: vonage-sha512, kind: vonage, path: /in/sha512, secret: secret, signature: sha512}}
  - {{name: messages, kind: vonage-messages, path: /in/messages, secret: secret}}
"""
FORM = "application/x-www-form-urlencoded"


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwt(claims, key):
    head = b64url(b'{"alg":"HS256","typ":"JWT"}') + "." + b64url(json.dumps(claims).encode())
    return head + "." + b64url(hmac.new(key, head.encode(), hashlib.sha256).digest())


def twilio(text, number, key):
    fields = {"MessageSid": f"SM{number:032x}", "From": f"+45{40000000 + number}", "To": "+4592450000",
              "Body": text, "NumMedia": "0", "A b&c": "=x"}
    signed = URL + "/in/twilio?a=1" + "".join(k + fields[k] for k in sorted(fields))
    signature = base64.b64encode(hmac.new(key, signed.encode(), hashlib.sha1).digest()).decode()
    return "POST /in/twilio?a=1", {"Content-Type": FORM, "X-Twilio-Signature": signature}, urlencode(fields)


def gatewayapi(text, number, key):
    fields = {"id": number, "msisdn": 4540000000 + number, "receiver": 451204, "message": text,
              "senttime": int(time.time()), "webhook_label": "é"}
    body = json.dumps(fields, indent=2, ensure_ascii=number % 2 == 0)
    return "POST /in/gatewayapi", {"X-Gwapi-Signature": jwt(dict(reversed(fields.items())), key)}, body


def vonage(how):
    def make(text, number, key):
        fields = {"api-key": "k", "msisdn": str(4540000000 + number), "to": "4592450000",
                  "messageId": f"0A{number:014X}", "text": text, "type": "unicode",
                  "message-timestamp": "2026-11-22 05:39:58", "timestamp": str(int(time.time())),
                  "nonce": "n-" + str(number)}
        joined = "".join(f"&{k}={fields[k].replace('&', '_').replace('=', '_')}" for k in sorted(fields)).encode()
        if how == "md5hash":
            fields["sig"] = hashlib.md5(joined + key).hexdigest()
        else:
            fields["sig"] = hmac.new(key, joined, how).hexdigest()
        path = "/in/" + ("vonage" if how == "md5hash" else how)
        if number % 3 == 0:
            return f"GET {path}?" + urlencode(fields, quote_via=quote), {}, ""
        if number % 3 == 1:
            return f"POST {path}", {"Content-Type": "application/json"}, json.dumps(fields)
        return f"POST {path}", {"Content-Type": FORM}, urlencode(fields, quote_via=quote_plus)
    return make


def messages(text, number, key):
    body = json.dumps({"channel": "sms", "message_uuid": str(number), "from": str(4540000000 + number),
                       "to": "4592450000", "text": text, "message_type": "text",
                       "timestamp": "2026-11-22T05:39:58Z"}, ensure_ascii=number % 2 == 0)
    claims = {"iat": int(time.time()), "iss": "Vonage", "payload_hash": hashlib.sha256(body.encode()).hexdigest()}
    return "POST /in/messages", {"Authorization": "Bearer " + jwt(claims, key)}, body


def status(text, number, key):
    body = json.dumps({"event_id": str(number), "event_type": "message.status.sms",
                       "event": {"msg_id": str(number), "recipient": 4540000000 + number, "status": "delivered",
                                 "reference": text}})
    return "POST /in/status", {"Signature": "v1=" + hmac.new(key, body.encode(), hashlib.sha256).hexdigest()}, body


GATEWAYS = {"twilio": twilio, "gatewayapi": gatewayapi, "vonage": vonage("md5hash"), "vonage-md5": vonage("md5"),
            "vonage-sha1": vonage("sha1"), "vonage-sha256": vonage("sha256"), "vonage-sha512": vonage("sha512"),
            "messages": messages, "status": status}


def tried(folder, name, request):
    first, headers, body = request
    raw = f"{first} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in headers.items()) + "\r\n" + body
    run = subprocess.run([LYT, "channel", "try", folder + "/channels.yaml", name, "--json", "--numbers"],
                         input=raw.encode(), capture_output=True, check=False)
    assert run.stdout, (name, run.stderr)
    return run.returncode, json.loads(run.stdout)


def main():
    seed = int(os.environ.get("LYT_SEED", "20261122"))
    random.seed(seed)
    taken = refused = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("channels.yaml", CHANNELS), ("secret", SECRET + "\n"), ("key", "k\n")):
            with open(os.open(f"{folder}/{name}", os.O_CREAT | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
                file.write(text)
        for number in range(1, 7):
            text = "".join(random.choice(LETTERS) for _ in range(random.randint(1, 60))) + "x"
            for name, make in GATEWAYS.items():
                code, got = tried(folder, name, make(text, number, SECRET.encode()))
                assert code == 0, (seed, name, text, got)
                item = got["items"][0]
                assert item["reference" if name == "status" else "text"] == text, (seed, name, text, item)
                assert item["from"] == f"+45{40000000 + number}", (seed, name, item)
                taken += 1
                code, got = tried(folder, name, make(text, number, b"another"))
                assert code == 1 and got["refusal"] == "bad-signature", (seed, name, got)
                assert got["answer"]["status"] == 403 and not got["items"], (seed, name, got)
                refused += 1
    print(f"{taken} taken, {refused} refused")
    return 0


if __name__ == "__main__":
    sys.exit(main())
