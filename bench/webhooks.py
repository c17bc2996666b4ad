"""How many signed webhook calls a second are accepted (verified, on the disk, answered) over keep-alive
connections, how many libmicrohttpd alone answers in the same run, and how long it takes from a complete request
to a subscriber of the bus at 50 a second.

Needs wrk (Debian's package of that name); the calls are signed beforehand, so that it is the service that is
measured. All of it shares this machine's cores.
"""

import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.environ["LYT_DATA"], "tests", "e2e"))
from lyt_service import LYT, Service, wait_for  # noqa: E402

SECONDS = 10
CONNECTIONS = 64
CALLS = 400000
RATE, SAMPLES = 50, 500
SECRET = "12345"
MINUTE = 60
TAG_KEY = bytes(range(32))

LUA = """
local calls = {}
for line in io.lines(os.getenv("LYT_CALLS")) do
    local at = line:find(" ")
    calls[#calls + 1] = {line:sub(1, at - 1), line:sub(at + 1)}
end
local n = 0
function request()
    n = n + 1
    local call = calls[(n - 1) % #calls + 1]
    return wrk.format("POST", "/in/twilio", {
        ["Content-Type"] = "application/x-www-form-urlencoded", ["X-Twilio-Signature"] = call[1]}, call[2])
end
"""


SECTION = "\n## Over HTTP\n"
RESULTS = SECTION + """
Written by the same command on %s, load %.1f. Everything shares the cores: client, service and subscriber. *This disk
alone* is timed between the calls, with as many bytes as one call with its alarm writes; libmicrohttpd alone gets the
very same calls.

```
%s
```
"""
said = []


def say(line):
    print(line, flush=True)
    said.append(line)


def accept():
    """Beside the figures of speed.py, which writes the file anew before."""
    path = os.path.join(os.environ["LYT_DATA"], "bench/RESULTS.md")
    with open(path, encoding="utf-8") as file:
        before = file.read().split(SECTION)[0]
    with open(path, "w", encoding="utf-8") as file:
        file.write(before + RESULTS % (time.strftime("%Y-%m-%d"), os.getloadavg()[0], "\n".join(said)))


def signed(sid, words):
    fields = {"AccountSid": "AC" + "0" * 32, "Body": words, "From": "+4540404422", "MessageSid": sid,
              "To": "+4592450000"}
    text = "https://bench.example/in/twilio" + "".join(key + fields[key] for key in sorted(fields))
    made = base64.b64encode(hmac.new(SECRET.encode(), text.encode(), hashlib.sha1).digest()).decode()
    return made, urllib.parse.urlencode(fields)


def secret(path, text):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
        file.write(text + "\n")


def settings(folder):
    secret(os.path.join(folder, "twilio"), SECRET)
    secret(os.path.join(folder, "pseudonyms"), "ab" * 32)
    path = os.path.join(folder, "channels.yaml")
    with open(path, "w") as file:
        file.write("public_url: https://bench.example\npseudonyms: pseudonyms\n"
                   "numbers: [{number: \"+4592450000\", property: havnen}]\n"
                   "gateways: [{name: twilio, kind: twilio, path: /in/twilio, secret: twilio}]\n")
    return path


def address(service):
    with open(os.path.join(service.state, "endpoints.json")) as file:
        return urllib.parse.urlsplit(json.load(file)["http"])


def throughput(folder):
    with open(os.path.join(folder, "calls"), "w") as file:
        for number in range(CALLS):
            file.write("%s %s\n" % signed("SM%032d" % number, "Tak for et dejligt ophold, alt var fint"))
    with open(os.path.join(folder, "calls.lua"), "w") as file:
        file.write(LUA)
    alone = bare(folder)
    with Service("hotel", "--channels", os.path.join(folder, "channels.yaml")) as service:
        rate, counts = wrk(folder, address(service).geturl())
        answered = int(re.search(r"(\d+) requests in", counts).group(1))
        refused = re.search(r"Non-2xx or 3xx responses: (\d+)", counts)
        kept = service.status()["counts"]["feedback"]
        middle, late = (re.search(r"%s%% +(\S+)" % share, counts).group(1) for share in (50, 99))
        say("%-44s %8.0f a second, p50 %s, p99 %s" % ("signed calls accepted (durable)", rate, middle, late))
        say("%-44s %8.0f a second, %.2f times as many" % ("the same to libmicrohttpd alone", alone, alone / rate))
        say("%-44s %8s of %d answered, %d on the disk" % ("refused or busy", refused.group(1) if refused else 0,
                                                           answered, kept))
        # every 200 is a row, but for copies when the calls were used up
        if kept < min(answered - int(refused.group(1) if refused else 0), CALLS):
            raise SystemExit("something was answered and is not there")
        wait_for(lambda: service.status()["counts"]["waiting"] == 0, "the verdicts")


def wrk(folder, url):
    done = subprocess.run(
        ["wrk", "-t1", "-c%d" % CONNECTIONS, "-d%ds" % SECONDS, "--latency", "-s", os.path.join(folder, "calls.lua"),
         url],
        stdout=subprocess.PIPE, check=True, text=True, env=dict(os.environ, LYT_CALLS=os.path.join(folder, "calls")))
    return float(re.search(r"Requests/sec: +([0-9.]+)", done.stdout).group(1)), done.stdout


def bare(folder):
    """The very same calls to libmicrohttpd alone, which verifies, keeps and classifies nothing."""
    server = subprocess.Popen([os.environ["LYT_BENCH_BARE"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    rate, _ = wrk(folder, "http://127.0.0.1:%s" % server.stdout.readline().strip())
    server.stdin.close()
    server.wait()
    return rate


def latency(folder):
    """bench_road says when each call was sent, and when its answer and its alarm came."""
    with open(os.path.join(folder, "road"), "w") as file:
        for number in range(SAMPLES):
            file.write("%s %s\n" % signed("SL%032d" % number, "Our room %d is freezing cold" % (100 + number)))
    with Service("hotel", "--channels", os.path.join(folder, "channels.yaml")) as service:
        say("\n".join(run_road(service, os.path.join(folder, "road"), folder)))


def tap_check():
    return base64.b32encode(hmac.new(TAG_KEY, b"annex.bar", hashlib.sha256).digest()).decode()[:10]


class Masher(threading.Thread):
    """Presses the worst face of one tag, as a browser's page sends it: so many taps, evenly over so many seconds."""

    def __init__(self, service, name, n, seconds):
        super().__init__(name=name)
        self.line = http.client.HTTPConnection("127.0.0.1", address(service).port)
        self.n, self.seconds, self.codes = n, seconds, []

    def run(self):
        began = time.monotonic()
        for number in range(self.n):
            left = began + self.seconds * number / self.n - time.monotonic()
            if left > 0:
                time.sleep(left)
            self.line.request("POST", "/t/annex.bar?c=" + tap_check(),
                              json.dumps({"id": "%s %d" % (self.name, number), "score": 1, "scale": 5, "text": "it is dirty here"}),
                              {"Content-Type": "application/json"})
            answer = self.line.getresponse()
            answer.read()
            self.codes.append(answer.status)


def flood(folder):
    """CH-17: what a thousand taps a minute of one tag do to another channel, at 50 a second beside them."""
    secret(os.path.join(folder, "tags"), "link " + TAG_KEY.hex())
    with Service("hotel", "--channels", os.path.join(folder, "channels.yaml"), "--tag-keys",
                 os.path.join(folder, "tags")) as service:
        for name, n, seconds in (("quiet", 0, 0), ("1,000 taps in 60 s", 1000, MINUTE), ("1,000 taps at once", 1000, 0)):
            road = os.path.join(folder, "road")
            with open(road, "w") as file:
                for number in range(RATE * MINUTE if n else SAMPLES):
                    file.write("%s %s\n" % signed("S%s%020d" % (name[-4:].replace(" ", ""), number),
                                                  "Our room %d is freezing cold" % (100 + number)))
            masher = Masher(service, name, n, seconds)
            masher.start()
            lines = run_road(service, road, folder)
            masher.join()
            if masher.codes.count(200) != n:
                raise SystemExit("of %d taps %d were not taken" % (n, n - masher.codes.count(200)))
            say("%-44s %s" % ("CH-17, another channel: " + name, lines[-1].split("subscriber")[1].strip()))
        kept = service.rows("SELECT count(*) FROM feedback WHERE place = 'bar'")[0][0]
        cases = service.rows("SELECT count(*) FROM incident WHERE place = 'bar'")[0][0]
        say("%-44s %d of %d counted, %d incident" % ("CH-17, the taps", kept, 2000, cases))


def run_road(service, road, folder):
    with open(os.path.join(service.state, "endpoints.json")) as file:
        bus = json.load(file)["bus"]
    return subprocess.run([os.environ["LYT_BENCH_ROAD"], str(address(service).port), bus, road, folder, str(RATE)],
                          check=True, text=True, stdout=subprocess.PIPE).stdout.rstrip().split("\n")


def main():
    with tempfile.TemporaryDirectory(prefix="lyt-bench-") as folder:
        settings(folder)
        latency(folder)
        flood(folder)
        if shutil.which("wrk"):
            throughput(folder)
        else:
            say("skipped: signed calls a second, since wrk is not installed (apt-get install wrk)")
    if os.environ.get("LYT_ACCEPT"):
        accept()


if __name__ == "__main__":
    main()
