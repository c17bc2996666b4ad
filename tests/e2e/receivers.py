"""Real receivers on loopback for what goes out of the house: an HTTP server that does as it is told, an
SMTP server (aiosmtpd) and an Alertmanager, both Debian's. Nothing of Lyt runs in here."""

import base64
import hashlib
import hmac
import http.server
import json
import os
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request


DEBIANS = "/usr/lib/python3/dist-packages"


def make_certificate(folder):
    """A file with key and certificate of 127.0.0.1, and nobody above it."""
    path = os.path.join(folder, "receiver.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", "/CN=receiver", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path,
                    "-out", path + ".crt"], check=True, stderr=subprocess.DEVNULL)
    with open(path + ".crt") as made, open(path, "a") as both:
        both.write(made.read())
    return path


class Request:
    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body
        self.at = time.monotonic()


class Alertmanager:
    """The real one, with a receiver that nobody hears."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="lyt-am-")
        config = os.path.join(self.folder, "alertmanager.yml")
        with open(config, "w") as file:
            file.write("route: {receiver: nobody, group_wait: 1s}\nreceivers: [{name: nobody}]\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = "http://127.0.0.1:%d" % port
        self.process = subprocess.Popen(
            ["prometheus-alertmanager", "--config.file", config, "--storage.path", self.folder, "--cluster.listen-address",
             "", "--web.listen-address", "127.0.0.1:%d" % port], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def is_up(self):
        try:
            with urllib.request.urlopen(self.url + "/-/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def alerts(self, *filters):
        query = urllib.parse.urlencode([("filter", text) for text in filters])
        with urllib.request.urlopen(self.url + "/api/v2/alerts?" + query, timeout=5) as answer:
            return json.load(answer)

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class Http:
    """Answers 200 unless told otherwise. plan[path] is a list of answers that are used up in turn:
    a number is a status, (status, headers) more of it, "reset" cuts the line, "hang" never answers. bodies[path] is what
    it says instead of "ok"."""

    def __init__(self, certificate=None):
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.do_POST()

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answer = owner.take(Request(self.path, self.headers, body))
                if answer == "reset":
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.connection.close()
                    self.close_connection = True
                    return
                if answer == "hang":
                    owner.released.wait(60)
                    self.close_connection = True
                    return
                status, headers = answer if isinstance(answer, tuple) else (answer, {})
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                text = owner.bodies.get(self.path, "ok").encode()
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *args):
                pass

        self.lock = threading.Lock()
        self.plan, self.requests, self.bodies = {}, [], {}
        self.released = threading.Event()
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *args: None
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = "%s://127.0.0.1:%d" % ("https" if certificate else "http", self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def take(self, request):
        with self.lock:
            self.requests.append(request)
            answers = self.plan.get(request.path)
            return answers.pop(0) if answers else 200

    def to(self, path):
        with self.lock:
            return [request for request in self.requests if request.path == path]

    def close(self):
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


class Smtp:
    """plan: a list of answers to RCPT that are used up in turn, then 250. With a certificate it wants STARTTLS, and
    then a login."""

    def __init__(self, certificate=None, login=None):
        if DEBIANS not in sys.path:
            sys.path.append(DEBIANS)  # the first python3 of a machine need not be Debian's
        from aiosmtpd.controller import Controller
        from aiosmtpd.smtp import AuthResult

        owner = self

        class Handler:
            async def handle_RCPT(self, server, session, envelope, address, options):
                answer = owner.plan.pop(0) if owner.plan else "250 OK"
                if answer.startswith("250"):
                    envelope.rcpt_tos.append(address)
                return answer

            async def handle_DATA(self, server, session, envelope):
                owner.mails.append((envelope.mail_from, list(envelope.rcpt_tos), envelope.content))
                return "250 taken"

        self.plan, self.mails = [], []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        more = {}
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            more = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator":
                    lambda server, session, envelope, mechanism, data: AuthResult(
                        success=(data.login.decode(), data.password.decode()) == login)}
        self.controller = Controller(Handler(), hostname="127.0.0.1", port=port, **more)
        self.controller.start()
        self.url = "smtp://127.0.0.1:%d" % port

    def close(self):
        self.controller.stop()


def is_signed(request, secret, now):
    """Whether a receiver that follows Standard Webhooks takes it: one of the signatures is good and it is fresh."""
    key = base64.b64decode(secret[len("whsec_"):])
    stamp = request.headers["webhook-timestamp"]
    text = ("%s.%s." % (request.headers["webhook-id"], stamp)).encode() + request.body
    good = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return abs(now - int(stamp)) < 300 and good in request.headers["webhook-signature"].split(" ")
