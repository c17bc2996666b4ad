"""A service without anybody to classify, and a worker that may not: said where somebody looks (AL-22, BU-10)."""

import json
import os
import signal
import subprocess
import unittest
import urllib.request

from lyt_service import LIMIT_S, LYT, Service, lyt, main, wait_for


def log_of(service):
    with open(os.path.join(service.state, "log"), errors="replace") as file:
        return file.read()


def endpoints(service):
    with open(os.path.join(service.state, "endpoints.json")) as file:
        return json.load(file)


def ready(service):
    with urllib.request.urlopen(endpoints(service)["http"] + "/readyz", timeout=LIMIT_S) as answer:
        return json.load(answer)


class Alone(unittest.TestCase):
    def test_al22_that_there_is_no_worker_is_said_until_there_is_one(self):
        with Service("hotel", "--workers", "0") as service:
            self.assertIn("no worker", ready(service)["warning"])
            self.assertTrue(ready(service)["ready"])  # what comes is kept
            lyt("send", "--state", service.state, stdin="the pool is dirty\n", check=0)
            wait_for(lambda: "LYT-WORKER-NONE" in log_of(service), "the log to say it")
            self.assertIn("messages=1", log_of(service))
            worker = subprocess.Popen([LYT, "worker", "-p", "hotel", "--state", service.state],
                                      stderr=subprocess.DEVNULL)
            try:
                wait_for(service.all_classified, "the verdict")
                wait_for(lambda: "LYT-WORKER-AGAIN" in log_of(service), "the log to say that it is over")
                self.assertNotIn("warning", ready(service))
            finally:
                worker.send_signal(signal.SIGTERM)
                worker.wait()
            self.assertEqual(log_of(service).count("LYT-WORKER-NONE"), 1)

    def test_bu10_why_a_worker_was_refused_is_in_the_services_log(self):
        with Service() as service:
            said = lyt("worker", "-p", "restaurant", "--state", service.state, check=1).err
            self.assertIn("this worker has the pack", said)
            wait_for(lambda: "LYT-WORKER-REFUSED" in log_of(service), "the log to say it")
            self.assertIn("this worker has the pack", log_of(service))
            self.assertEqual(service.status()["queue"]["bad_workers"], 1)


if __name__ == "__main__":
    main()
