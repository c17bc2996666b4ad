"""The whole way, from `lyt send` to a subscriber, on this machine: messages a second and latency.

Two processes beside the service share its cores, as they would in a small house.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.environ["LYT_DATA"], "tests", "e2e"))
from lyt_service import LYT, Service, lyt, wait_for  # noqa: E402

MESSAGES = 20000


def percentile(values, share):
    return sorted(values)[int(share * (len(values) - 1))]


def main():
    with Service() as service, tempfile.TemporaryFile() as heard:
        at = ["--state", service.state]
        listener = subprocess.Popen([LYT, "subscribe", *at, "--since", "0", "--json", "alarm."], stdout=heard)
        lines = "".join("room %d is freezing, message number %d\n" % (i % 500, i) for i in range(MESSAGES))
        start = time.monotonic()
        lyt("send", *at, "--channel", "tablet", "--window", 1000, stdin=lines, check=0)
        accepted = time.monotonic() - start
        wait_for(lambda: service.status()["counts"]["waiting"] == 0, "the verdicts")
        classified = time.monotonic() - start
        wanted = service.rows("SELECT count(*) FROM event WHERE topic LIKE 'alarm.%'")[0][0]

        def count():
            heard.seek(0)
            return heard.read().count(b"\n")

        wait_for(lambda: count() >= wanted, "the alarms")
        listener.terminate()
        listener.wait()
        print("%-34s %10.0f a second" % ("accepted (durable), window 1000", MESSAGES / accepted))
        print("%-34s %10.0f a second" % ("classified and alarmed", MESSAGES / classified))
        print("%-34s %10d of %d" % ("alarms at the subscriber", count(), wanted))
    for rate in (50, 500):
        done = lyt("demo", "--rate", rate, "--json", check=0)
        summary = json.loads(done.out.splitlines()[-1])
        print("%-34s p50 %.2f ms, p99 %.2f ms" % ("accept to alarm at %d a second" % rate,
                                                summary["latency_ms"]["p50"], summary["latency_ms"]["p99"]))
        subprocess.run(["rm", "-rf", summary["state"]], check=True)


if __name__ == "__main__":
    main()
