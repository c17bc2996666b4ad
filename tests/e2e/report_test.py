"""lyt report beside a running service: figures equal the event log, and nobody is held up."""

import csv
import html.parser
import io
import json
import os
import threading
import unittest

from lyt_service import ROOT, Service, lyt, main, wait_for

DESK = os.path.join(ROOT, "models", "hotel", "desk.yaml")
PAGES = ("cause", "cost", "day", "drill", "incidents", "nps", "place", "scenario", "shift", "team", "week")


def report(service, page, *options):
    done = lyt("report", page, "--state", service.state, "--since", "1d", "--json", *options, check=0)
    return json.loads(done.out)


def send(service, *messages):
    lines = "".join(json.dumps(dict({"channel": "sms", "property": "havnen"}, **one)) + "\n" for one in messages)
    lyt("send", "--state", service.state, "--jsonl", "--json", stdin=lines, check=0)
    wait_for(service.all_classified, "the verdicts")


class Tables(html.parser.HTMLParser):
    """The cells of a page's tables by their id, and what it would fetch from elsewhere."""

    def __init__(self):
        super().__init__()
        self.tables, self.outside, self.images, self.current, self.cell = {}, [], 0, None, None

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.outside += [value for key, value in attrs.items() if key in ("src", "href", "srcset", "data", "action")]
        self.images += tag == "svg" and attrs.get("role") == "img"
        if tag in ("script", "link", "iframe", "object", "embed", "img"):
            self.outside.append(tag)
        if tag == "table":
            self.current = self.tables.setdefault(attrs["id"], [])
        elif tag == "tr" and self.current is not None:
            self.current.append([])
        elif tag in ("th", "td"):
            self.cell = ""

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag):
        if tag in ("th", "td") and self.current:
            self.current[-1].append(self.cell)
            self.cell = None
        elif tag == "table":
            self.current = None


class BesideAService(unittest.TestCase):
    def test_figures_equal_the_event_log(self):
        with Service("hotel", "--desk", DESK) as service:
            send(service,
                 {"id": "1", "place": "305", "from": "+4511", "text": "Der er intet varmt vand i bruseren"},
                 {"id": "2", "place": "305", "from": "+4511", "text": "stadig intet varmt vand"},
                 {"id": "3", "place": "214", "from": "+4522", "text": "loud music from the bar all night"},
                 {"id": "4", "from": "+4533", "text": "", "score": 9, "scale": 10},
                 {"id": "5", "from": "+4544", "text": "", "score": 3, "scale": 10})
            [(number,)] = service.rows("SELECT id FROM incident WHERE scenario = 'no-hot-water'")
            at = ("--state", service.state, "--by", "bent")
            lyt("incident", "ack", *at, number, check=0)
            lyt("incident", "contacted", *at, number, check=0)
            lyt("incident", "cause", *at, number, "--note", "kedlen", check=0)
            lyt("incident", "remedy", *at, number, check=0)

            alarms = service.rows("SELECT count(*) FROM event WHERE topic LIKE 'alarm.%'")[0][0]
            opened = service.rows("SELECT count(*) FROM incident")[0][0]
            totals = report(service, "week")["totals"][0]
            self.assertEqual(totals["messages"], 5)
            self.assertEqual(totals["alarms"], alarms)
            self.assertEqual(totals["incidents"], opened)
            self.assertEqual(totals["open"], opened)
            [row] = [row for row in report(service, "incidents")["incidents"] if row["incident"] == number]
            [(took,)] = service.rows(
                "SELECT b.at_us - a.at_us FROM fact a JOIN fact b ON b.incident_id = a.incident_id"
                " WHERE a.incident_id = ? AND a.json LIKE '{\"fact\":\"opened\"%'"
                " AND b.json LIKE '{\"fact\":\"contacted\"%'", number)
            self.assertAlmostEqual(row["contact_min"], took / 60e6, delta=0.006)
            self.assertEqual(row["cause"], "kedlen")
            self.assertIsNotNone(row["remedy_min"])
            self.assertIsNone(row["close_min"])
            bands = report(service, "nps")["totals"][0]
            self.assertEqual((bands["scored"], bands["low"], bands["high"]), (2, 1, 1))
            teams = {row["name"]: row for row in report(service, "team")["pace"]}
            self.assertEqual(teams["maintenance"]["on_the_spot"], 1)

            # a page, a table and a member say the same
            page = os.path.join(service.state, "page.html")
            out = lyt("report", "scenario", "--state", service.state, "--since", "1d", "--csv",
                      "--html", page, check=0).out
            rows = list(csv.DictReader(io.StringIO(out, newline="")))
            told = report(service, "scenario")["scenarios"]
            self.assertEqual([row["name"] for row in rows], [row["name"] for row in told])
            with open(page, encoding="utf-8") as file:
                text = file.read()
            tables = Tables()
            tables.feed(text)
            self.assertEqual(tables.outside, [])
            self.assertGreater(tables.images, 0)
            shown = tables.tables["scenarios"]
            for row, line, cells in zip(told, rows, shown[1:]):
                self.assertEqual(cells[0], row["name"])
                self.assertEqual(cells[1], str(row["messages"]))
                self.assertEqual(line["messages"], str(row["messages"]))
                self.assertEqual(float(line["acknowledge_median_min"] or -1),
                                 -1 if row["acknowledge_median_min"] is None else row["acknowledge_median_min"])

    def test_a_service_is_not_held_up(self):
        with Service("hotel") as service:
            stop, failures, n_read = threading.Event(), [], [0]

            def read():
                while not stop.is_set():
                    for page in PAGES:
                        done = lyt("report", page, "--state", service.state, "--json")
                        if done.returncode:
                            failures.append(done.err)
                        n_read[0] += 1

            reader = threading.Thread(target=read)
            reader.start()
            try:
                for turn in range(8):
                    send(service, *({"id": "%d-%d" % (turn, i), "text": "no towels in the room"} for i in range(50)))
                wait_for(lambda: n_read[0] >= len(PAGES), "a report of each page")
            finally:
                stop.set()
                reader.join()
            self.assertEqual(failures, [])
            self.assertEqual(report(service, "day")["totals"][0]["messages"], 400)
            self.assertEqual(service.rows("SELECT count(*) FROM verdict"), [(400,)])

    def test_the_same_after_the_service_has_gone(self):
        service = Service("hotel")
        with service:
            send(service, {"id": "1", "text": "the toilet is blocked"})
            running = report(service, "scenario")["scenarios"]
            self.assertEqual(service.stop(), 0)
            files = sorted(os.listdir(service.state))
            self.assertEqual(report(service, "scenario")["scenarios"], running)
            self.assertEqual([name for name in sorted(os.listdir(service.state)) if name in files], files)


if __name__ == "__main__":
    main()
