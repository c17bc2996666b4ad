"""The built-in pages over HTTP, and what the API gives them beyond incidents: no browser needed."""

import os
import re
import sqlite3
import unittest

from lyt_http import Web
from lyt_service import ROOT, Service, main, wait_for

DESK = os.path.join(ROOT, "models/hotel/desk.yaml")


class Site(unittest.TestCase):
    def test_pages_assets_and_their_headers(self):
        with Service() as service:
            web = Web(service)
            page = web.get("/")
            for address in ("/login", "/incident/7", "/unclear", "/scenarios?id=x", "/search?q=y", "/?wall"):
                answer = web.get(address)
                self.assertEqual(answer.status, 200, address)
                self.assertEqual(answer.text, page.text, address)
                self.assertIn("default-src 'self'", answer.headers["Content-Security-Policy"])
            seen, todo = set(), re.findall(r"/assets/([\w.-]+)", page.text)
            while todo:
                name = todo.pop()
                if name in seen:
                    continue
                seen.add(name)
                answer = web.get("/assets/" + name)
                self.assertEqual(answer.status, 200, name)
                kind = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}[name.rsplit(".")[-1]]
                self.assertTrue(answer.headers["Content-Type"].startswith(kind), name)
                self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff", name)
                again = web.get("/assets/" + name, If_None_Match=answer.headers["ETag"])
                self.assertEqual((again.status, again.text), (304, ""), name)
                with open(os.path.join(ROOT, "src/web/pages", name), encoding="utf-8") as file:
                    self.assertEqual(answer.text, file.read(), name)
                todo += re.findall(r'from "\./([\w.-]+)"', answer.text)
            self.assertGreater(len(seen), 20)
            # only the tablets' worker may work for other pages than its folder's
            self.assertEqual(web.get("/assets/kiosk-cache.js").headers["Service-Worker-Allowed"], "/t/")
            self.assertIsNone(web.get("/assets/kiosk.js").headers["Service-Worker-Allowed"])
            for name in ("app.html", "nothing.js", "..%2fweb.c", "%2e%2e"):
                self.assertEqual(web.get("/assets/" + name).status, 404, name)

    def test_teams_gestures_and_limits_as_the_files_say(self):
        with Service("hotel", "--desk", DESK) as service:
            web = Web(service)
            told = web.get("/api/v1/scenarios").json
            names = {row["team"]: row["name"] for row in told["teams"]}
            self.assertEqual(names["maintenance"], {"en": "Maintenance", "da": "Teknisk afdeling"})
            self.assertEqual(len(names), 8)
            gestures = {row["gesture"]: row for row in told["gestures"]}
            self.assertEqual(
                gestures["half-night"],
                {"gesture": "half-night", "name": {"en": "One night at half price", "da": "En nat til halv pris"},
                 "cost": 700, "currency": "DKK",
                 "scenarios": ["room-not-cleaned", "room-too-cold", "pests", "water-leak", "noise-from-bar"]})
            self.assertEqual(gestures["fruit-plate"]["scenarios"], [])
            self.assertEqual(web.get("/api/v1/scenarios/room-too-cold").json["limits_min"],
                             {"acknowledge": 15, "contact": 30, "remedy": 120, "close": 1440})
        with Service() as service:
            self.assertEqual(Web(service).get("/api/v1/scenarios").json["gestures"], [])

    def test_the_board_has_the_guests_first_words_whole_letters_only(self):
        with Service() as service:
            web = Web(service)
            # 299 bytes, then a letter of two across the limit of 300
            words = "Der er ingen varmt vand i bruseren. " + "a" * 263 + "å" * 40
            for text, place in (("There is no hot water at all", "101"), (words, "102")):
                web.post("/api/v1/feedback", {"channel": "sms", "property": "havnen", "place": place, "text": text})

            def board():
                rows = web.get("/api/v1/incidents").json["incidents"]
                return {row["place"]: row["text"] for row in rows if row["scenario"] == "no-hot-water"}

            wait_for(lambda: len(board()) == 2, "two incidents")
            self.assertEqual(board()["101"], "There is no hot water at all")
            self.assertEqual(board()["102"], words[:299] + "…")

    def test_what_somebody_has_decided_is_not_unclear_any_more(self):
        with Service() as service:
            web = Web(service)
            for text in ("This is outrageous, I want to complain", "Something was a bit off with the lamp"):
                web.post("/api/v1/feedback", {"channel": "sms", "property": "havnen", "text": text})
            wait_for(service.all_classified, "the verdicts")

            def unclear():
                return sorted(row["message"]["feedback"] for row in web.get("/api/v1/unclear").json["unclear"])

            self.assertEqual(unclear(), [1, 2])
            # what may have failed is offered, the likeliest first
            likely = {row["message"]["text"]: row["likely"] for row in web.get("/api/v1/unclear").json["unclear"]}
            for rows in likely.values():
                chances = [row["probability"] for row in rows]
                self.assertTrue(0 < len(rows) <= 4 and chances == sorted(chances, reverse=True) and chances[-1] >= 0.02, rows)
            self.assertIn("light-power-fault", [row["scenario"] for row in likely["Something was a bit off with the lamp"]])

            def waiting(query=""):
                told = [web.get("/api/v1/unclear?limit=%d%s" % (limit, query)).json for limit in (0, 1)]
                self.assertEqual(told[0]["unclear"], [])
                self.assertLessEqual(len(told[1]["unclear"]), 1)
                self.assertEqual(told[0]["waiting"], told[1]["waiting"])
                return told[0]["waiting"]

            self.assertEqual([waiting(), waiting("&since=2100-01-01T00:00:00Z"), waiting("&before=2"), waiting("&property=bakken")], [2, 0, 1, 0])
            for number in (1, 2):
                web.post("/api/v1/feedback/%d/correct" % number, {"scenarios": [], "by": "lise"})
            self.assertEqual(unclear(), [])
            self.assertEqual(waiting(), 0)
            web.post("/api/v1/feedback/2/uncorrect", {"by": "lise"})
            self.assertEqual(unclear(), [2])
            # what was taken in is made again from the log when it is lost
            service.stop()
            os.unlink(os.path.join(service.state, "found.db"))
            service.start()
            web = Web(service)
            wait_for(lambda: unclear() == [2], "the decisions, again")
            # a file of an older Lyt is no reason to stop
            service.stop()
            with sqlite3.connect(os.path.join(service.state, "found.db")) as db:
                db.execute("PRAGMA user_version=1")
            service.start()
            web = Web(service)
            wait_for(lambda: unclear() == [2], "the decisions, from a new file")


if __name__ == "__main__":
    main()
