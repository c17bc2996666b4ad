"""Who may do what over HTTP, and who means no good."""

import json
import os
import random
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import unittest

from lyt_http import WORDS, Stream, Web, token_of
from lyt_service import LIMIT_S, SLOW, Service, lyt, main, wait_for


class WhoMayDoWhat(unittest.TestCase):
    """Roles, properties, sessions."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-e2e-tokens-")
        self.addCleanup(shutil.rmtree, self.folder)

    def service(self, *more):
        return Service("hotel", "--tokens", os.path.join(self.folder, "tokens"), *more)

    def test_pr11_every_role_at_every_door(self):
        roles = ["viewer", "staff", "manager", "admin", "machine-sender"]
        tokens = {role: token_of(self.folder, "--person", role, "--role", role) for role in roles}
        tokens[None] = None
        tokens["wrong"] = "lyt_" + "0" * 48
        # which of the roles may pass; whoever is nobody is 401, all others 403
        doors = [
            ("GET", "/api/v1/me", None, roles),
            ("GET", "/api/v1/status", None, roles),
            ("GET", "/metrics", None, roles),
            ("GET", "/api/v1/incidents", None, roles[:4]),
            ("GET", "/api/v1/incidents/1", None, roles[:4]),
            ("GET", "/api/v1/feedback", None, roles[:4]),
            ("GET", "/api/v1/feedback/1", None, roles[:4]),
            ("GET", "/api/v1/scenarios", None, roles[:4]),
            ("GET", "/api/v1/scenarios/no-hot-water", None, roles[:4]),
            ("POST", "/api/v1/try", {"text": "cold"}, roles[:4]),
            ("GET", "/api/v1/unclear", None, ["manager", "admin"]),
            ("GET", "/api/v1/reports/week", None, ["manager", "admin"]),
            ("POST", "/api/v1/feedback", {"text": WORDS, "property": "havnen"}, roles[1:]),
            ("POST", "/api/v1/incidents/1/void", {"note": "prøve"}, ["manager", "admin"]),
            ("POST", "/api/v1/incidents/1/ack", {}, ["staff", "manager", "admin"]),
        ]
        with self.service() as service:
            Web(service, tokens["admin"]).post("/api/v1/feedback", {"text": WORDS, "property": "havnen"})
            wait_for(lambda: Web(service, tokens["admin"]).get("/api/v1/incidents").json["incidents"], "the incident")
            for method, path, body, may in doors:
                for role, token in tokens.items():
                    answer = Web(service, token).ask(method, path, body)
                    with self.subTest(method=method, path=path, role=role):
                        if role in may:
                            self.assertIn(answer.status, (200, 409), answer.text)
                        elif role in roles:
                            self.assertEqual((answer.status, answer.json["error"]["code"]), (403, "forbidden"))
                        else:
                            self.assertEqual((answer.status, answer.json["error"]["code"]), (401, "unauthorised"))
                            self.assertIn("Bearer", answer.headers["WWW-Authenticate"])
            for path in ("/healthz", "/readyz", "/api/v1/openapi.json", "/assets/kiosk.css"):
                self.assertEqual(Web(service).get(path).status, 200, path)
            # nothing of a token in log, database or files
            for token in filter(None, tokens.values()):
                self.assertNotIn(token, service.read_log())
            with open(os.path.join(self.folder, "tokens")) as file:
                self.assertNotIn(tokens["admin"], file.read())

    def test_a_token_of_one_property_knows_nothing_of_another(self):
        boss = token_of(self.folder, "--person", "boss", "--role", "admin")
        havnen = token_of(self.folder, "--person", "mette", "--role", "staff", "--property", "havnen")
        with self.service() as service:
            all_, one = Web(service, boss), Web(service, havnen)
            stream = Stream(one, last=0)
            for place, name in (("1", "bakken"), ("2", "havnen")):
                all_.post("/api/v1/feedback", {"text": WORDS, "property": name, "place": place, "id": name})
                wait_for(service.all_classified, "the verdict")
            wait_for(lambda: len(all_.get("/api/v1/incidents").json["incidents"]) == 2, "both incidents")
            self.assertEqual([row["property"] for row in one.get("/api/v1/incidents").json["incidents"]], ["havnen"])
            self.assertEqual([row["property"] for row in one.get("/api/v1/feedback").json["feedback"]], ["havnen"])
            for path in ("/api/v1/feedback?property=bakken", "/api/v1/incidents?property=bakken", "/metrics",
                         "/api/v1/status"):
                self.assertEqual(one.get(path).status, 403, path)
            hers = {row["property"]: row["incident"] for row in all_.get("/api/v1/incidents").json["incidents"]}
            for path in ("/api/v1/incidents/%d" % hers["bakken"], "/api/v1/feedback/1"):
                self.assertEqual(one.get(path).status, 404, path)
            self.assertEqual(one.post("/api/v1/incidents/%d/ack" % hers["bakken"], {}).status, 404)
            done = one.post("/api/v1/incidents/%d/ack" % hers["havnen"], {})
            self.assertEqual(done.status, 200)
            history = one.get("/api/v1/incidents/%d" % hers["havnen"]).json["history"]
            self.assertEqual(history[-1]["by"], "mette")
            posing = one.post("/api/v1/incidents/%d/work" % hers["havnen"], {"by": "boss"})
            self.assertEqual((posing.status, posing.json["error"]["field"]), (422, "by"))
            refused = one.post("/api/v1/feedback", {"text": "cold", "property": "bakken"})
            self.assertEqual((refused.status, refused.json["error"]["field"]), (422, "property"))
            # without one it is the token's
            self.assertEqual(one.post("/api/v1/feedback", {"text": "koldt", "id": "own"}).status, 200)
            self.assertEqual(service.rows("SELECT property FROM feedback WHERE source_id = 'own'"), [("havnen",)])
            command = one.post("/api/v1/feedback", {"type": "incident.ack", "incident": 1, "by": "x"})
            self.assertEqual((command.status, command.json["error"]["field"]), (422, "type"))
            seen = {stream.next()[2]["property"] for _ in range(3)}
            self.assertEqual(seen, {"havnen"})
            stream.close()

    def test_op09_nothing_crosses_properties_whoever_asks(self):
        """Tokens for any of the sets of four properties; what each sees is what it should, and all of that."""
        names = ["a", "b", "c", "d"]
        chance = random.Random(20261122)
        boss = token_of(self.folder, "--person", "boss", "--role", "admin")
        tokens = []
        for number in range(10):
            own = set(chance.sample(names, chance.randint(1, 3)))
            options = [word for name in own for word in ("--property", name)]
            tokens.append((own, token_of(self.folder, "--person", "p%d" % number, "--role", "manager", *options)))
        with self.service() as service:
            web = Web(service, boss)
            lines = [json.dumps({"id": "m%d" % number, "channel": "sms", "property": chance.choice(names),
                                 "place": str(number), "text": WORDS}) for number in range(40)]
            web.post("/api/v1/feedback", "\n".join(lines), type="application/x-ndjson")
            wait_for(service.all_classified, "the verdicts")
            everything = web.get("/api/v1/incidents").json["incidents"]
            messages = web.get("/api/v1/feedback").json["feedback"]
            for own, token in tokens:
                one = Web(service, token)
                seen = one.get("/api/v1/incidents").json["incidents"]
                self.assertEqual(seen, [row for row in everything if row["property"] in own])
                self.assertEqual(one.get("/api/v1/feedback?query=varmt").json["feedback"],
                                 [row for row in messages if row["property"] in own])
                for row in everything:
                    status = one.get("/api/v1/incidents/%d" % row["incident"]).status
                    self.assertEqual(status, 200 if row["property"] in own else 404)
                stream = Stream(one, last=0)
                wanted = 2 * len(seen)
                self.assertLessEqual({stream.next()[2]["property"] for _ in range(wanted)}, own)
                stream.close()

    def test_a_revoked_token_is_cut_off_and_a_bad_file_changes_nothing(self):
        boss = token_of(self.folder, "--person", "boss", "--role", "admin")
        old = token_of(self.folder, "--person", "mette", "--role", "staff")
        path = os.path.join(self.folder, "tokens")
        with self.service() as service:
            web = Web(service, old)
            stream = Stream(web)
            self.assertEqual(web.get("/api/v1/me").json["person"], "mette")
            rows = json.loads(lyt("token", "list", "--tokens", path, "--json", check=0).out)
            hers = [row["id"] for row in rows if row["person"] == "mette"]
            lyt("token", "revoke", hers[0], "--tokens", path, check=0)
            wait_for(lambda: web.get("/api/v1/me").status == 401, "the token to be forgotten")
            self.assertIsNone(stream.next())
            stream.close()
            with open(path, "a") as file:
                file.write("this is no token\n")
            wait_for(lambda: "LYT-TOKENS-BAD" in service.read_log(), "the complaint")
            self.assertIn("tokens:3:1", service.read_log())
            self.assertEqual(Web(service, boss).get("/api/v1/me").status, 200)
            os.chmod(path, 0o644)
            done = lyt("serve", "-p", "hotel", "--state", service.state + "/other", "--free-ports",
                       "--tokens", path, check=1)
            self.assertIn("chmod 600", done.err)

    def test_sessions_and_forged_requests(self):
        token = token_of(self.folder, "--person", "mette", "--role", "staff", "--property", "havnen",
                         "--language", "da")
        with self.service() as service:
            web = Web(service)
            self.assertEqual(web.post("/api/v1/session", {"token": "lyt_nonsense"}).status, 401)
            self.assertEqual(web.post("/api/v1/session", "token=" + token, type="text/plain").status, 415)
            answer = web.post("/api/v1/session", {"token": token})
            self.assertEqual(answer.status, 200, answer.text)
            self.assertEqual({key: answer.json[key] for key in ("person", "role", "properties", "language")},
                             {"person": "mette", "role": "staff", "properties": ["havnen"], "language": "da"})
            cookie = answer.headers["Set-Cookie"]
            for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
                self.assertIn(part, cookie)
            self.assertNotIn(token, cookie)
            web.cookie = cookie.split(";")[0]
            self.assertEqual(web.get("/api/v1/me").json["csrf"], answer.json["csrf"])
            message = {"text": WORDS, "id": "one"}
            self.assertEqual(web.post("/api/v1/feedback", message).json["error"]["code"], "csrf")
            wrong = web.post("/api/v1/feedback", message, headers={"X-CSRF-Token": "0" * 48})
            self.assertEqual(wrong.json["error"]["code"], "csrf")
            web.csrf = answer.json["csrf"]
            foreign = web.post("/api/v1/feedback", message, headers={"Origin": "https://evil.example"})
            self.assertEqual(foreign.json["error"]["code"], "csrf")
            self.assertEqual(service.rows("SELECT count(*) FROM feedback"), [(0,)])
            own = "http://%s" % web.url.netloc
            self.assertEqual(web.post("/api/v1/feedback", message, headers={"Origin": own}).status, 200)
            self.assertEqual(web.ask("DELETE", "/api/v1/session").status, 200)
            self.assertEqual(web.get("/api/v1/me").status, 401)

    def test_without_tokens_only_this_machine_by_its_own_name(self):
        with Service() as service:
            web = Web(service)
            self.assertEqual(web.get("/api/v1/me").json["role"], "admin")
            for headers in ({"Host": "hotel.example:80"}, {"Host": "127.0.0.1.evil.example"}):
                self.assertEqual(web.ask("GET", "/api/v1/me", headers=headers).status in (200, 403), True)
            self.assertEqual(web.ask("GET", "/api/v1/me", headers={"Host": "hotel.example"}).status, 403)
            # what a proxy hands on comes from this machine, and is of others
            for name in ("X-Forwarded-For", "Forwarded", "Via"):
                self.assertEqual(web.ask("GET", "/api/v1/me", headers={name: "192.0.2.7"}).status, 403, name)
            forged = web.post("/api/v1/feedback", {"text": "x"}, headers={"Origin": "http://evil.example"})
            self.assertEqual(forged.json["error"]["code"], "csrf")
            self.assertEqual(web.post("/api/v1/feedback", '{"text":"x"}', type="text/plain").status, 415)
        with tempfile.TemporaryDirectory() as state:
            done = lyt("serve", "-p", "hotel", "--state", state, "--free-ports", "--http", "0.0.0.0:0", check=1)
            self.assertIn("lyt token new", done.err)
            self.assertIn("--insecure", done.err)


class Hostile(unittest.TestCase):
    def test_pr13_limits(self):
        with tempfile.TemporaryDirectory() as folder:
            token = token_of(folder, "--person", "boss", "--role", "admin")
            with Service("hotel", "--tokens", os.path.join(folder, "tokens"), "--http-rate", "20") as service:
                web = Web(service, token)
                long = web.post("/api/v1/feedback", '{"text":"' + "x" * (1 << 20) + '"}')
                self.assertEqual(long.status, 413)
                middling = web.post("/api/v1/feedback", {"text": "x" * 70000})
                self.assertEqual((middling.status, middling.json["error"]["field"]), (422, "text"))
                many = web.ask("GET", "/healthz", headers={"X-%d" % number: "1" for number in range(80)})
                self.assertEqual(many.status, 431)
                self.assertIn(self.raw(web, b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40000 + b"\r\n\r\n")[9:12],
                              (b"431", b"413", b"400"))
                self.assertEqual(web.get("/t/%00").status, 400)
                self.assertEqual(web.get("/api/v1/feedback?query=%ff").status, 400)
                self.assertEqual(web.ask("PUT", "/api/v1/feedback", "{}").status, 405)
                self.assertEqual(web.post("/api/v1/feedback", "{").status, 422)
                self.assertEqual(web.post("/api/v1/try", "{").status, 400)
                self.assertEqual(web.post("/api/v1/try", "[1]").status, 400)
                self.assertEqual(web.get("/healthz", X_Request_Id="abc-1").headers["X-Request-Id"], "abc-1")
                self.assertNotIn(" ", web.get("/healthz", X_Request_Id="a b").headers["X-Request-Id"])
                answers = [web.get("/api/v1/me") for _ in range(80)]
                self.assertIn(429, [answer.status for answer in answers])
                guesses = [Web(service, "lyt_%048d" % number).get("/api/v1/me").status for number in range(60)]
                self.assertEqual(guesses[0], 401)
                self.assertIn(429, guesses)
                # the guesses of others hold up nobody who has a token
                wait_for(lambda: web.get("/api/v1/me").status == 200, "the token's own limit")
                text = wait_for(lambda: (lambda a: a.status == 200 and a.text)(web.get("/metrics")), "the metrics")
                for why in ("body-too-long", "headers-too-many", "malformed", "method", "rate", "unknown-token"):
                    self.assertRegex(text, r'lyt_http_refused_total\{why="%s"\} [1-9]' % why)

    @staticmethod
    def raw(web, data):
        with socket.create_connection((web.url.hostname, web.url.port), timeout=LIMIT_S) as line:
            line.sendall(data)
            return line.recv(4096)

    def test_half_requests_hold_up_nobody(self):
        with Service("hotel", "--http-connections", "200") as service:
            web = Web(service)
            slow = []
            for number in range(500):
                line = socket.create_connection((web.url.hostname, web.url.port), timeout=LIMIT_S)
                half = (b"", b"GET /heal", b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ",
                        b"POST /api/v1/feedback HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                        b"Content-Length: 100\r\n\r\n{")[number % 4]
                line.sendall(half)
                slow.append(line)
            began = time.monotonic()
            for number in range(50):
                answer = web.post("/api/v1/feedback", {"text": "koldt %d" % number, "property": "havnen"})
                self.assertEqual(answer.status, 200, answer.text)
            self.assertLess(time.monotonic() - began, 10 * SLOW)
            # those that wait without end are let go
            wait_for(lambda: int(re.search(r"lyt_http_connections (\d+)", web.get("/metrics").text).group(1)) < 20,
                     "the half requests to be let go")
            text = web.get("/metrics").text
            for why in ("connections-full", "slow-request"):
                self.assertRegex(text, r'lyt_http_refused_total\{why="%s"\} [1-9]' % why)
            for line in slow:
                line.close()

    def test_a_reader_that_does_not_read_is_cut_off(self):
        with Service() as service:
            web = Web(service)
            deaf = socket.create_connection((web.url.hostname, web.url.port), timeout=LIMIT_S)
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nLast-Event-ID: 0\r\n\r\n")
            wait_for(lambda: "lyt_http_streams 1" in web.get("/metrics").text, "the stream")
            lines = [json.dumps({"channel": "sms", "property": "havnen", "place": str(number), "text": WORDS})
                     for number in range(1000)]

            def is_cut():
                web.post("/api/v1/feedback", "\n".join(lines), type="application/x-ndjson")
                return re.search(r'why="slow-stream"\} [1-9]', web.get("/metrics").text)

            wait_for(is_cut, "the deaf reader to be cut off")
            wait_for(lambda: "lyt_http_streams 0" in web.get("/metrics").text, "its stream to end")
            deaf.close()

    def test_a_full_disk_is_told_and_passes(self):
        with Service("hotel", "--state-limit", "1") as service:
            web = Web(service)
            self.assertEqual(web.get("/readyz").status, 200)
            lines = [json.dumps({"channel": "sms", "property": "havnen", "text": "%d %s" % (number, "fint " * 400)})
                     for number in range(100)]

            def is_full():
                web.post("/api/v1/feedback", "\n".join(lines), type="application/x-ndjson")
                return web.get("/readyz").status == 503

            wait_for(is_full, "the disk to be full")
            ready = web.get("/readyz")
            self.assertIn("disk full", ready.json["state"])
            self.assertFalse(ready.json["ready"])
            # what little still fits may be taken; what does not is told so, and is not there
            late = ("late-%d" % number for number in range(100000))

            def turned_away():
                name = next(late)
                answer = web.post("/api/v1/feedback", {"id": name, "text": "koldt " * 2000, "property": "havnen"})
                return answer.status == 503 and (name, answer)

            name, answer = wait_for(turned_away, "a message that finds no room")
            self.assertEqual(answer.json["error"]["code"], "busy")
            self.assertTrue(answer.headers["Retry-After"])
            self.assertEqual(web.get("/healthz").status, 200)
            self.assertIn("lyt_up 0", web.get("/metrics").text)
            # what was said to be kept is kept, and can be read
            self.assertEqual(web.get("/api/v1/feedback?limit=1").status, 200)
            self.assertEqual(service.rows("SELECT count(*) FROM feedback WHERE source_id = ?", name), [(0,)])


class Encrypted(unittest.TestCase):
    @unittest.skipUnless(shutil.which("openssl"), "openssl is not there to make a certificate")
    def test_tls(self):
        with tempfile.TemporaryDirectory() as folder:
            key, cert = os.path.join(folder, "key.pem"), os.path.join(folder, "cert.pem")
            subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                            "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
                           check=True, stderr=subprocess.DEVNULL)
            os.chmod(key, 0o644)
            with tempfile.TemporaryDirectory() as state:
                done = lyt("serve", "-p", "hotel", "--state", state, "--free-ports", "--tls-cert", cert,
                           "--tls-key", key, check=1)
                self.assertIn("chmod 600", done.err)
                done = lyt("serve", "-p", "hotel", "--state", state, "--free-ports", "--tls-cert", cert, check=1)
                self.assertIn("--tls-key", done.err)
            os.chmod(key, 0o600)
            with Service("hotel", "--tls-cert", cert, "--tls-key", key) as service:
                web = Web(service, context=ssl.create_default_context(cafile=cert))
                self.assertEqual(web.url.scheme, "https")
                answer = web.get("/readyz")
                self.assertEqual(answer.status, 200)
                self.assertIn("max-age", answer.headers["Strict-Transport-Security"])
                self.assertEqual(web.post("/api/v1/feedback", {"text": WORDS}).status, 200)


if __name__ == "__main__":
    main()
