"""The service as a user meets it: from a sent message to a closed case, and what is refused."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import unittest

from lyt_service import LIMIT_S, LYT, Service, lyt, main, wait_for


class FromWordsToCase(unittest.TestCase):
    def test_message_to_alarm_to_closed_case(self):
        with Service() as service:
            at = ("--state", service.state)
            sent = lyt("send", *at, "--channel", "sms", "--property", "havnen", "--place", "305",
                       "--json", stdin="Der er intet varmt vand i bruseren\n", check=0)
            answer = json.loads(sent.out.splitlines()[0])
            self.assertEqual(answer["status"], "accepted")
            wait_for(service.all_classified, "the verdict")
            heard = lyt("subscribe", *at, "--since", 0, "--json", "--count", 1, "alarm.", check=0)
            alarm = json.loads(heard.out.splitlines()[0])
            self.assertEqual(alarm["scenario"], "no-hot-water")
            self.assertEqual(alarm["place"], "305")
            self.assertEqual(alarm["feedback"], answer["feedback"])
            self.assertNotIn("text", alarm)
            self.assertTrue(alarm["evidence"])
            number = alarm["incident"]
            listed = json.loads(lyt("incident", "list", *at, "--json", check=0).out)
            self.assertEqual([row["incident"] for row in listed["incidents"]], [number])
            lyt("incident", "ack", *at, number, "--by", "Mette", check=0)
            again = lyt("incident", "ack", *at, number, "--by", "Jens", check=1)
            self.assertIn("acknowledged", again.err)
            lyt("incident", "resolve", *at, number, "--by", "Mette", check=2)
            lyt("incident", "resolve", *at, number, "--by", "Mette", "--note", "ny kedel", check=0)
            shown = json.loads(lyt("incident", "show", *at, number, "--json", check=0).out)
            self.assertEqual(shown["incident"]["state"], "closed")
            self.assertIn("ny kedel", json.dumps(shown, ensure_ascii=False))
            lyt("incident", "ack", *at, 999, "--by", "Mette", check=1)

    def test_second_message_joins_and_same_id_is_one(self):
        with Service() as service:
            at = ("--state", service.state)
            lines = "\n".join(
                json.dumps({"id": one, "channel": "sms", "property": "havnen", "place": "9", "text": text})
                for one, text in (("a", "toilet is blocked"), ("b", "the toilet will not flush"),
                                  ("a", "toilet is blocked"))
            )
            sent = lyt("send", *at, "--jsonl", "--json", stdin=lines + "\n", check=0)
            statuses = sorted(json.loads(line)["status"] for line in sent.out.splitlines())
            self.assertEqual(statuses, ["accepted", "accepted", "duplicate"])
            wait_for(service.all_classified, "the verdicts")
            alarms = [json.loads(row[0]) for row in
                      service.rows("SELECT json FROM event WHERE topic LIKE 'alarm.%' ORDER BY seq")]
            self.assertEqual([row["outcome"] for row in alarms], ["opened", "joined"])
            self.assertEqual(alarms[0]["incident"], alarms[1]["incident"])

    def verdict_of(self, service, text):
        """The scenarios heard in a text that is sent now."""
        sent = lyt("send", "--state", service.state, "--json", stdin=text + "\n", check=0)
        number = json.loads(sent.out.splitlines()[0])["feedback"]
        wait_for(service.all_classified, "the verdict")
        (row,) = service.rows("SELECT json FROM verdict WHERE feedback_id = ?", number)
        return [failure["scenario"] for failure in json.loads(row[0])["failures"]]

    def test_a_correction_is_learned_without_restart_and_kept_over_one(self):
        text = "The jacuzzi on the roof has no bubbles"
        with Service() as service:
            at = ("--state", service.state)
            before = self.verdict_of(service, text)
            self.assertNotEqual(before, ["facility-closed"])
            others = ["Der er ingen varme i 214", "noise from the bar all night", "Tak for et dejligt ophold"]
            told = [self.verdict_of(service, other) for other in others]
            lyt("correct", *at, 1, "--scenario", "facility-closed", "--by", "Mette", check=0)
            wait_for(lambda: self.verdict_of(service, text) == ["facility-closed"], "the lesson")
            self.assertEqual([self.verdict_of(service, other) for other in others], told)
            service.kill()
            service.start()
            self.assertEqual(self.verdict_of(service, text), ["facility-closed"])
            service.process.send_signal(signal.SIGHUP)
            wait_for(lambda: "LYT-RELOADED" in service.read_log(), "the pack to be read again")
            self.assertEqual(self.verdict_of(service, text), ["facility-closed"])
            lyt("correct", *at, 1, "--undo", check=0)
            wait_for(lambda: self.verdict_of(service, text) == before, "the lesson to be forgotten")
            lyt("correct", *at, 1, "--none", check=0)
            wait_for(lambda: self.verdict_of(service, text) == [], "the other lesson")
            self.assertIn("no such feedback", lyt("correct", *at, 4711, "--none", check=1).err)
            self.assertIn("no scenario 'bubbles'", lyt("correct", *at, 1, "--scenario", "bubbles", check=1).err)
            lyt("correct", *at, 1, check=2)
            lyt("correct", *at, "one", "--none", check=2)
            events = [json.loads(row[0]) for row in
                      service.rows("SELECT json FROM event WHERE topic LIKE 'correction.%' ORDER BY seq")]
            self.assertEqual([row["undone"] for row in events], [False, True, False])
            self.assertEqual(events[0]["by"], "Mette")

    def test_nl17_workers_of_other_processes_are_taught_the_same(self):
        text = "The jacuzzi on the roof has no bubbles"

        def worker(service):
            return subprocess.Popen([LYT, "worker", "-p", "hotel", "--state", service.state], stderr=service.log)

        with Service("hotel", "--workers", "0") as service:
            at = ("--state", service.state)
            with open(os.path.join(service.state, "endpoints.json")) as file:
                ports = json.load(file)
            service.options += tuple(w for n in ("submit", "work", "replay") for w in ("--" + n, ports[n]))
            workers = [worker(service)]
            try:
                before = self.verdict_of(service, text)
                self.assertNotEqual(before, ["facility-closed"])
                lyt("correct", *at, 1, "--scenario", "facility-closed", "--by", "Mette", check=0)
                wait_for(lambda: self.verdict_of(service, text) == ["facility-closed"], "the lesson at the worker")
                # one that comes later learns first, and so does one that outlives the service
                workers.append(worker(service))
                wait_for(lambda: service.status()["workers"] == 2, "the other worker")
                service.kill()
                service.start()
                wait_for(lambda: service.status()["workers"] == 2, "both again")
                for _ in range(4):
                    self.assertEqual(self.verdict_of(service, text), ["facility-closed"])
                lyt("correct", *at, 1, "--undo", check=0)
                wait_for(lambda: self.verdict_of(service, text) == before, "the lesson to be forgotten")
                wait_for(lambda: service.status()["workers"] == 2, "both to know it")
                service.process.send_signal(signal.SIGHUP)
                wait_for(lambda: "LYT-RELOADED" in service.read_log(), "the pack to be read again")
                self.assertEqual(self.verdict_of(service, text), before)
                self.assertEqual([one.poll() for one in workers], [None, None], "nobody was told to go")
                self.assertEqual(service.status()["queue"]["bad_workers"], 0)
            finally:
                for one in workers:
                    one.terminate()
                self.assertEqual([one.wait() for one in workers], [0, 0][:len(workers)])

    def test_a_restart_finishes_what_was_accepted(self):
        service = Service("hotel", "--workers", "0")
        with service:
            at = ("--state", service.state)
            lyt("send", *at, stdin="noise from the bar all night\n" * 20, check=0)
            self.assertEqual(service.status()["counts"]["waiting"], 20)
            service.kill()
            service.options = ()
            service.start()
            wait_for(service.all_classified, "what was accepted before")
            self.assertEqual(service.rows("SELECT count(*) FROM verdict"), [(20,)])

    def test_a_worker_of_its_own_process(self):
        with Service("hotel", "--workers", "0") as service:
            with open(os.path.join(service.state, "endpoints.json")) as file:
                work = json.load(file)["work"]
            worker = subprocess.Popen([LYT, "worker", "-p", "hotel", "--connect", work], stderr=service.log)
            try:
                lyt("send", "--state", service.state, stdin="no towels in the room\n", check=0)
                wait_for(service.all_classified, "the verdict of the other process")
            finally:
                worker.terminate()
                self.assertEqual(worker.wait(timeout=300), 0)
            self.assertEqual(service.stop(), 0)


class Refusals(unittest.TestCase):
    def test_port_in_use(self):
        with socket.socket() as taken, tempfile.TemporaryDirectory() as state:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            endpoint = "tcp://127.0.0.1:%d" % taken.getsockname()[1]
            done = lyt("serve", "-p", "hotel", "--state", state, "--free-ports", "--submit", endpoint, check=1)
            self.assertIn(endpoint, done.err)
            self.assertIn("in use", done.err)

    def test_state_that_cannot_be_written(self):
        with tempfile.NamedTemporaryFile() as file:
            done = lyt("serve", "-p", "hotel", "--state", file.name + "/below", "--free-ports", check=1)
            self.assertIn(file.name, done.err)

    def test_two_services_one_state(self):
        with Service() as service:
            done = lyt("serve", "-p", "hotel", "--state", service.state, "--free-ports", check=1)
            self.assertIn("another lyt", done.err)
            self.assertEqual(service.status()["state"], "ok")

    def test_open_to_the_world_only_when_told(self):
        with tempfile.TemporaryDirectory() as state:
            done = lyt("serve", "-p", "hotel", "--state", state, "--free-ports",
                       "--submit", "tcp://0.0.0.0:*", check=1)
            self.assertIn("insecure", done.err)

    def test_a_state_that_is_no_database(self):
        with tempfile.TemporaryDirectory() as state:
            with open(os.path.join(state, "lyt.db"), "w") as file:
                file.write("this is no database at all, whatever its name says " * 40)
            done = lyt("serve", "-p", "hotel", "--state", state, "--free-ports", check=1)
            self.assertIn("lyt.db", done.err)

    def test_nobody_there(self):
        with tempfile.TemporaryDirectory() as state:
            for words in (["status"], ["incident", "list"], ["send", "--timeout", "1"]):
                done = lyt(*words, "--state", state, stdin="hello\n", check=1)
                self.assertIn("lyt serve", done.err)

    def test_bad_lines_are_named_and_the_rest_goes_on(self):
        with Service() as service:
            lines = b'{"id":"1","text":"cold shower"}\n{"id":"2","text":\n{"id":"3","text":"caf\xe9"}\n' \
                    b'{"id":"4"}\n' + b"[" * 10000 + b"]" * 10000 + b'\n{"id":"6","text":"no wifi"}\n'
            done = lyt("send", "--state", service.state, "--jsonl", stdin=lines, check=1)
            for line in (2, 3, 4, 5):
                self.assertIn("stdin:%d" % line, done.err.replace("-:", "stdin:"))
            wait_for(service.all_classified, "the good ones")
            self.assertEqual(service.rows("SELECT source_id FROM feedback ORDER BY id"), [("1",), ("6",)])

    def test_a_refused_line_is_named_with_its_file(self):
        """Also when it stands in the second of two files, and answers come in any order."""
        with Service() as service, tempfile.TemporaryDirectory() as folder:
            good, bad = os.path.join(folder, "good"), os.path.join(folder, "bad")
            with open(good, "w") as file:
                file.writelines('{"id":"g%d","text":"cold"}\n' % i for i in range(300))
            with open(bad, "w") as file:
                file.write('{"id":"b1","text":"hot"}\n\n{"id":"b3","text":"hot","score":"many"}\n')
            done = lyt("send", "--state", service.state, "--jsonl", "--window", 7, good, bad, "-", "/nowhere",
                       stdin='{"id":"s1","text":"loud"}\n', check=1)
            self.assertIn("302 accepted, 0 duplicate, 1 refused, 1 not sent, 0 without an answer", done.out)
            self.assertIn("%s:3: was refused: " % bad, done.err)
            self.assertIn("/nowhere: no such file", done.err)
            self.assertNotIn('{"', done.err)

    def test_a_stop_in_the_middle_is_no_success(self):
        with Service() as service:
            sending = subprocess.Popen([LYT, "send", "--state", service.state], stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            sending.stdin.write(b"the shower is cold\n")
            sending.stdin.flush()
            wait_for(lambda: service.rows("SELECT 1 FROM feedback"), "the first line")
            sending.send_signal(signal.SIGINT)
            sending.wait(timeout=LIMIT_S)  # with its input still open: the end of that would be an end, too
            out, err = sending.communicate()
            self.assertEqual(sending.returncode, 1, err)
            # the answer to the first line may or may not have come by then
            self.assertRegex(err, b"stopped before the end of stdin|stopped; 1 messages have no answer")
            self.assertRegex(out, b"^(1 accepted|0 accepted.* 1 without an answer)")


class FullDisk(unittest.TestCase):
    def test_busy_then_nothing_acknowledged_is_lost(self):
        with Service("hotel", "--state-limit", "1") as service:
            at = ("--state", service.state)
            text = "\n".join("the lift is stuck again %d %s" % (i, "really " * 200) for i in range(3000))
            done = lyt("send", *at, "--json", "--timeout", "10", stdin=text + "\n", check=1)
            accepted = {json.loads(line)["feedback"] for line in done.out.splitlines()
                        if json.loads(line)["status"] == "accepted"}
            self.assertGreater(len(accepted), 10)
            self.assertLess(len(accepted), 3000)

            def is_full():
                """What is smaller than a message, a verdict, may have found room meanwhile: then the next message finds none."""
                lyt("send", *at, "--timeout", "1", stdin="\n".join(text.splitlines()[:100]) + "\n")
                return "full" in service.status()["state"]

            wait_for(is_full, "a state that says so")
            service.stop()
            kept = {row[0] for row in service.rows("SELECT id FROM feedback")}
            self.assertLessEqual(accepted, kept)
            service.options = ()
            service.start()
            wait_for(service.all_classified, "what waited for space")
            lyt("send", *at, stdin="and the shower is cold\n", check=0)


if __name__ == "__main__":
    main()
