"""Score bands of a scenario (SC-09), from the answer of a survey to the alarm: a signed webhook of Typeform, rows of a
table, and a worker in another process."""

import base64
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import tempfile
import unittest

from lyt_http import Web
from lyt_service import LYT, ROOT, Service, lyt, main, wait_for

PACK = os.path.join(ROOT, "tests", "golden", "minipack")
LOUD = "Loud music from the bar all night"
BANDS = """score:
  watch: {severity: 2}
  critical: {severity: 3}
"""
SECRET = "a-secret-of-ours"


class House:
    def __init__(self, *options, bands=BANDS):
        self.folder = tempfile.mkdtemp(prefix="lyt-score-")
        self.pack = os.path.join(self.folder, "pack")
        shutil.copytree(PACK, self.pack)
        path = os.path.join(self.pack, "scenarios", "noise.yaml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.write("pack/scenarios/noise.yaml", text.replace("severity: 1\n", "severity: 1\n" + bands))
        self.write("typeform", SECRET + "\n")
        self.write("pseudonyms", "ab" * 32 + "\n")
        self.write("channels.yaml", """public_url: https://feedback.example.dk
pseudonyms: pseudonyms
gateways:
  - {name: typeform, kind: typeform, path: /in/typeform, secret: typeform, property: havn}
""")
        self.service = Service(self.pack, "--force", "--channels", os.path.join(self.folder, "channels.yaml"), *options)

    def write(self, name, text):
        with open(os.open(os.path.join(self.folder, name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w",
                  encoding="utf-8") as file:
            file.write(text)

    def __enter__(self):
        self.service.__enter__()
        return self

    def __exit__(self, *what):
        try:
            self.service.__exit__(*what)
        finally:
            shutil.rmtree(self.folder)

    def alarms(self):
        return [json.loads(row[0]) for row in
                self.service.rows("SELECT json FROM event WHERE topic LIKE 'alarm.%' ORDER BY seq")]

    def answer(self, number, score, words=LOUD):
        """What Typeform sends when a guest has answered."""
        fields = [{"id": "a", "type": "nps", "ref": "score", "title": "Would you recommend us?"},
                  {"id": "b", "type": "long_text", "ref": "text", "title": "Why?"},
                  {"id": "c", "type": "short_text", "ref": "place", "title": "Room"}]
        answers = [{"type": "number", "number": score, "field": fields[0]},
                   {"type": "text", "text": str(300 + number), "field": fields[2]}]
        if words:
            answers.append({"type": "text", "text": words, "field": fields[1]})
        body = json.dumps({"event_id": "e%d" % number, "event_type": "form_response", "form_response": {
            "form_id": "f", "token": "t%d" % number, "submitted_at": "2026-11-26T10:00:00Z",
            "definition": {"id": "f", "title": "Stay", "fields": fields}, "answers": answers}})
        sum_ = base64.b64encode(hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).digest()).decode()
        got = Web(self.service).ask("POST", "/in/typeform", body, {"Typeform-Signature": "sha256=" + sum_}, type="application/json")
        assert got.status == 200, (got.status, got.text)


class Bands(unittest.TestCase):
    def test_SC_09_an_answer_of_a_survey_alarms_as_its_score_says(self):
        with House() as house:
            for number, (score, severity) in enumerate(((10, 1), (8, 2), (7, 2), (6, 3), (0, 3)), 1):
                house.answer(number, score)
                alarm = wait_for(lambda: house.alarms()[number - 1:], "the alarm")[0]
                self.assertEqual((alarm["scenario"], alarm["severity"]), ("noise", severity))
                self.assertEqual("%d/10" % score in alarm["evidence"], severity > 1, alarm["evidence"])
            verdict = Web(house.service).get("/api/v1/feedback/4").json["message"]["verdict"]
            self.assertEqual(verdict["failures"][0]["band"], "critical")
            self.assertEqual(verdict["failures"][0]["evidence"][-1]["feature"], "score:6/10:critical")
            # a score without words opens nothing, however low
            house.answer(6, 0, words=None)
            wait_for(house.service.all_classified, "its verdict")
            self.assertEqual(len(house.alarms()), 5)
            # what another pack would have made of the same answers
            self.assertEqual(json.loads(lyt("whatif", house.pack, "--last", "all", "--state", house.service.state, "--json",
                                            check=0).out)["same"], 5)
            told = json.loads(lyt("whatif", PACK, "--last", "all", "--state", house.service.state, "--json", check=0).out)
            self.assertEqual((told["same"], told["severity"]), (1, 4))

    def test_SC_09_rows_of_a_table_and_a_worker_of_another_process(self):
        with House("--workers", "0") as house:
            worker = subprocess.Popen([LYT, "worker", "-p", house.pack, "--state", house.service.state],
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                house.write("rows.csv", "property;room;score;text\nhavn;101;9;%s\nhavn;102;2;%s\n" % (LOUD, LOUD))
                lyt("import", os.path.join(house.folder, "rows.csv"), "--zone", "Europe/Copenhagen", "--state",
                    house.service.state, check=0)
                alarms = wait_for(lambda: len(house.alarms()) == 2 and house.alarms(), "the alarms")
                self.assertEqual({alarm["place"]: alarm["severity"] for alarm in alarms}, {"101": 1, "102": 3})
            finally:
                worker.terminate()
                worker.wait()

    def test_SC_09_a_house_tries_its_bands_before_they_count(self):
        with House() as house:
            web = Web(house.service)

            def tried(**more):
                failures = web.post("/api/v1/try", dict(text=LOUD, **more)).json["verdict"]["failures"]
                return [(row["severity"], row.get("band")) for row in failures if row["scenario"] == "noise"]

            self.assertEqual(tried(), [(1, None)])
            self.assertEqual(tried(score=3), [(3, "critical")])
            self.assertEqual(tried(score=4, scale=5), [(2, "watch")])
            self.assertEqual(tried(score=5, scale=5), [(1, None)])
            for score, wanted in (("6/10", 3), ("4/5", 2), ("4/4", 1)):
                done = json.loads(lyt("classify", "-p", house.pack, "--score", score, "--json", stdin=LOUD + "\n", check=0).out)
                self.assertEqual(done["failures"][0]["severity"], wanted)
            for wrong in ("11/10", "3/7", "-1/5", "x", "3/5x", "3"):
                lyt("classify", "-p", house.pack, "--score", wrong, stdin="", check=2)

    def test_SC_09_a_pack_check_knows_of_bands(self):
        with House(bands="score: {watch: {severity: 1}}\n") as house:
            found = json.loads(lyt("pack", "check", house.pack, "--json").out)["findings"]
            self.assertEqual([row["text"][:12] for row in found if row["check"] == "score"], ["score, watch"] * 2)


if __name__ == "__main__":
    main()
