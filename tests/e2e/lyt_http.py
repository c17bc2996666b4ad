"""A client of the HTTP API for the end-to-end tests; standard library only."""

import http.client
import json
import os
import urllib.parse

from lyt_service import LIMIT_S, lyt


class Web:
    """One client: a base address, and what it shows of itself."""

    def __init__(self, service, token=None, context=None):
        with open(os.path.join(service.state, "endpoints.json")) as file:
            self.url = urllib.parse.urlsplit(json.load(file)["http"])
        self.token = token
        self.context = context
        self.cookie = self.csrf = None

    def connect(self):
        if self.url.scheme == "https":
            return http.client.HTTPSConnection(self.url.hostname, self.url.port, timeout=LIMIT_S, context=self.context)
        return http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=LIMIT_S)

    def ask(self, method, path, body=None, headers=None, type="application/json"):
        sent = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body)
        if body is not None:
            sent.setdefault("Content-Type", type)
        if self.token:
            sent.setdefault("Authorization", "Bearer " + self.token)
        if self.cookie:
            sent.setdefault("Cookie", self.cookie)
        if self.csrf:
            sent.setdefault("X-CSRF-Token", self.csrf)
        line = self.connect()
        try:
            line.request(method, path, body.encode() if isinstance(body, str) else body, sent)
            answer = line.getresponse()
            answer.text = answer.read().decode("utf-8", "replace")
            answer.json = None
            if answer.headers.get("Content-Type", "").startswith("application/json") and answer.text:
                answer.json = json.loads(answer.text)
            return answer
        finally:
            line.close()

    def get(self, path, **headers):
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, path, body, **more):
        return self.ask("POST", path, body, **more)


class Stream:
    """Server-sent events, read as they come."""

    def __init__(self, web, last=None, token=None):
        self.line = web.connect()
        headers = {"Authorization": "Bearer " + (token or web.token)} if token or web.token else {}
        if last is not None:
            headers["Last-Event-ID"] = str(last)
        self.line.request("GET", "/api/v1/events", headers=headers)
        self.answer = self.line.getresponse()
        assert self.answer.status == 200, self.answer.read()

    def next(self):
        """The next event but heartbeats: (id, kind, data); None at the end."""
        event = {}
        while True:
            raw = self.answer.readline()
            if not raw:
                return None
            text = raw.decode().rstrip("\n")
            if text:
                name, _, value = text.partition(": ")
                event[name] = value
            elif "data" in event and event.get("event") != "heartbeat":
                return int(event["id"]), event["event"], json.loads(event["data"])
            else:
                event = {}

    def close(self):
        self.line.close()


def token_of(folder, *options):
    made = lyt("token", "new", "--tokens", os.path.join(folder, "tokens"), *options, check=0)
    return made.out.strip()


WORDS = "Der er intet varmt vand i bruseren"
