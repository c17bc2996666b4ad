"""Money back in one step: the word in an answer and the button of the status page make a request to a person, once;
who was to answer is told; a check finds the house that says nothing of it."""

import base64
import hashlib
import hmac
import json
import os
import re
import tempfile
import unittest

from guestreply_test import COLD_DA, COLD_EN, DIRTY_DA, GUEST, OTHER, House
from lyt_http import Web
from lyt_service import Service, lyt, main, wait_for

REFUNDS = "replies: {house: Hotel Havnen, language: da}\nrefunds: {to: signe, answer_h: 24, never: [room-not-cleaned]}"


def asked(service):
    return [json.loads(row[0]) for row in service.rows("SELECT json FROM fact WHERE json LIKE '{\"fact\":\"refund-asked\"%'")]


def told(service):
    return [json.loads(row[0]) for row in service.rows("SELECT json FROM event WHERE json LIKE '%\"notice\":\"refund-request\"%'")]


class ByAnswer(unittest.TestCase):
    def test_RE_11_a_word_asks_for_money_back_once_and_a_person_is_told(self):
        with House(replies=REFUNDS) as house:
            house.text(COLD_DA)
            (to, words), = house.wait_sent(1, "the reply")
            self.assertEqual(to, GUEST)
            self.assertTrue(words.endswith(" Penge tilbage? Svar RETUR. (sag 1)"), words)
            house.text("Retur.")
            (_, again), = house.wait_sent(2, "what came of it")[1:]
            self.assertEqual(again, "Hilsen fra Hotel Havnen: Vi har fået din besked om penge tilbage (sag 1). En af os svarer dig "
                                    "inden 24 timer. Ring 7, hvis det haster.")
            fact, = asked(house.service)
            self.assertEqual((fact["incident"], fact["who"], fact["by"], fact["text"]), (1, "signe", "guest", "sms"))
            notice, = told(house.service)
            self.assertEqual((notice["who"], notice["incident"]), ("signe", 1))
            # it was a word, and nothing was given for it; who answers sees the promise
            self.assertEqual(house.service.rows("SELECT count(*) FROM incident"), [(1,)])
            case = Web(house.service).get("/api/v1/incidents/1").json
            self.assertEqual([(p["by"], p["text"]) for p in case["incident"]["promises"]], [("signe", "svar om penge tilbage (answer on money back)")])
            self.assertFalse(case["incident"].get("offers"))
            row, = [h for h in case["history"] if h["what"] == "refund-asked"]
            self.assertEqual((row["by"], row["note"]), ("guest", "sms"))
            # once more is once, also for staff, who hear why
            house.text("RETUR")
            refused = house.act("refund", 1, check=1)
            self.assertIn("has asked for money back already", refused.err)
            self.assertEqual(len(asked(house.service)), 1)
            house.act("kept", 1, "--promise", 1)
            # after a restart all of it stands
            house.service.kill()
            house.service.start()
            self.assertIn("already", house.act("refund", 1, check=1).err)
            self.assertEqual(len(house.quiet_after(2)), 2, "nothing more was said to the guest")

    def test_RE_11_in_the_guests_language_and_not_where_the_house_says_never(self):
        with House(replies=REFUNDS) as house:
            house.text(COLD_EN)
            (_, words), = house.wait_sent(1, "the reply")
            self.assertTrue(words.endswith(" Money back? Answer REFUND. (case 1)"), words)
            house.text(DIRTY_DA, sender=OTHER)
            words = [text for to, text in house.wait_sent(2, "the other's reply") if to == OTHER]
            self.assertEqual(len(words), 1)
            self.assertNotIn("RETUR", words[0])
            house.text("RETUR", sender=OTHER)
            self.assertEqual(asked(house.service), [])

    def test_RE_11_staff_write_it_down_for_a_guest_who_calls(self):
        with House(replies=REFUNDS) as house:
            house.text(COLD_DA)
            made = json.loads(house.act("refund", 1, "--note", "ringede", "--json").out)
            self.assertEqual((made["incident"], made["number"]), (1, 1))
            fact, = asked(house.service)
            self.assertEqual((fact["by"], fact["text"]), ("mette", "ringede"))


class ByPage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="lyt-refund-")
        cls.keys = os.path.join(cls.folder, "tags")
        with open(os.open(cls.keys, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write("link " + bytes(range(32)).hex() + "\n")
        with open(os.path.join(os.environ["LYT_DATA"], "models/hotel/desk.yaml")) as file:
            cls.desk = file.read()

    def house(self, desk=None):
        path = os.path.join(self.folder, "desk.yaml")
        with open(path, "w") as file:
            file.write(desk or self.desk)
        return Service("hotel", "--tag-keys", self.keys, "--desk", path, "--no-spelling")

    def say(self, service, words, place="havnen.214"):
        sum_ = hmac.new(bytes(range(32)), place.encode(), hashlib.sha256).digest()
        link = "/t/%s?c=%s" % (place, base64.b32encode(sum_).decode()[:10])
        answer = Web(service).post(link, {"text": words})
        wait_for(service.all_classified, "the verdict")
        return "/s/" + answer.json["reference"]

    def shown(self, page):
        """What a guest without a script sees of money back: the button, the link, or what came of it."""
        plain = page.text[page.text.index("<noscript>"):page.text.index("</noscript>")]
        rows = re.findall(r'<(form|p) class="money"[^>]*?( hidden)?>(<a )?.*?</span>', plain)
        self.assertEqual(len(rows), 3)
        return [{"form": "ask", "p": "asked"}[tag] if not a else "link" for tag, hidden, a in rows if not hidden]

    def state(self, page):
        return re.search('data-refund="([^"]*)"', page.text).group(1)

    def test_RE_11_UI_05_one_button_on_the_status_page_without_javascript(self):
        with self.house() as service:
            web = Web(service)
            status = self.say(service, COLD_DA)
            wait_for(lambda: self.shown(web.get(status)) == ["ask"], "the button")
            page = web.get(status)
            form = re.search(r'<form class="money" method="post" action="([^"]+)" ><button', page.text)
            self.assertEqual(form.group(1), status + "/refund")
            self.assertIn("Bed om penge tilbage", page.text)
            self.assertIn("Ask for a refund", page.text)
            # as a browser without a script sends it
            sent = web.ask("POST", form.group(1), "", type="application/x-www-form-urlencoded")
            self.assertEqual((sent.status, sent.headers["Location"]), (303, status))
            wait_for(lambda: self.shown(web.get(status)) == ["asked"], "the page to say so")
            again = web.ask("POST", form.group(1) + "?lang=en", "", type="application/x-www-form-urlencoded")
            self.assertEqual((again.status, again.headers["Location"]), (303, status + "?lang=en"))
            fact, = asked(service)
            self.assertEqual((fact["by"], fact["text"], fact["who"]), ("guest", "status page", "supervisor-duty"))
            self.assertEqual(len(told(service)), 1)
            for secret in ("214", "no-hot-water", "supervisor", "lise", "karim"):
                self.assertNotIn(secret, web.get(status).text)
            # answered: the page says so, and offers no more
            lyt("incident", "kept", "1", "--promise", "1", "--by", "lise", "--state", service.state, check=0)
            wait_for(lambda: self.state(web.get(status)) == "answered", "the page to say so")
            self.assertEqual(self.shown(web.get(status)), ["asked"])
            self.assertIn("We have answered you about money back.", web.get(status).text)
            self.assertEqual(len(asked(service)), 1)

    def test_RE_11_UI_05_wrong_references_answer_alike_and_floods_wait(self):
        with self.house() as service:
            web = Web(service)
            status = self.say(service, COLD_DA)
            other = status[:-1] + ("a" if status[-1] != "a" else "b")
            answers = [web.ask("POST", wrong + "/refund", "") for wrong in (other, "/s/x", "/s/" + "a" * 24)]
            answers += [web.get(other)]
            self.assertEqual({(a.status, a.text) for a in answers}, {(404, answers[-1].text)})
            self.assertEqual(asked(service), [])
            late = next((a for a in (web.ask("POST", status + "/refund", "") for _ in range(60)) if a.status == 429), None)
            self.assertIsNotNone(late, "nobody stops it")
            self.assertGreaterEqual(int(late.headers["Retry-After"]), 1)
            self.assertEqual(len(asked(service)), 1)
            second = self.say(service, "Værelset er ikke gjort rent", place="havnen.301")
            self.assertEqual(web.ask("POST", second + "/refund", "").status, 303, "only the one that floods waits")

    def test_RE_11_no_button_where_nothing_is_given_back(self):
        with self.house() as service:
            web = Web(service)
            good = self.say(service, "Tak for en dejlig morgenmad")
            self.assertEqual(self.shown(web.get(good)), [])
            self.assertEqual(web.ask("POST", good + "/refund", "").status, 303)
            never = self.say(service, "Det brænder, der er røg på gangen", place="havnen.302")
            wait_for(lambda: service.rows("SELECT 1 FROM incident WHERE scenario = 'fire-gas-smoke'"), "the incident")
            self.assertEqual(self.shown(web.get(never)), [])
            web.ask("POST", never + "/refund", "")
            self.assertEqual(asked(service), [])

    def test_RE_11_a_link_of_the_house_is_on_the_page_instead(self):
        desk = self.desk.replace("  to: supervisor-duty         # who answers, and is told at once\n",
                                 "  link: https://havnen.dk/penge-retur\n")
        self.assertNotEqual(desk, self.desk)
        with self.house(desk) as service:
            status = self.say(service, COLD_DA)
            page = wait_for(lambda: self.shown(Web(service).get(status)) == ["link"] and Web(service).get(status), "the link")
            self.assertIn('<a href="https://havnen.dk/penge-retur">', page.text)


class Checked(unittest.TestCase):
    def check(self, change):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "desk.yaml")
            with open(os.path.join(os.environ["LYT_DATA"], "models/hotel/desk.yaml")) as file:
                text = file.read()
            changed = change(text)
            self.assertNotEqual(changed, text)
            with open(path, "w") as file:
                file.write(changed)
            return lyt("route", "check", "--settings", path)

    def test_RE_11_route_check_finds_money_that_nobody_is_told_to_ask_for(self):
        none = self.check(lambda text: re.sub(r"refunds:.*?(?=replies:)", "", text, flags=re.S))
        self.assertEqual(none.returncode, 1)
        self.assertIn("nothing says where guests ask for money back", none.err)
        few = self.check(lambda text: text.replace("  never: [fire-gas-smoke, ", "  scenarios: [no-hot-water]\n  never: [fire-gas-smoke, "))
        self.assertEqual(few.returncode, 1)
        self.assertIn("refunds: 'wifi-down' may give money back and is neither under 'scenarios' nor under 'never'", few.err)
        self.assertNotIn("'no-hot-water' may", few.err)
        self.assertNotIn("'injury' may", few.err)
        typo = self.check(lambda text: text.replace("never: [fire-gas-smoke", "never: [fire-gas-smok"))
        self.assertEqual(typo.returncode, 1)
        self.assertIn("names the scenario 'fire-gas-smok', which the pack does not have; did you mean 'fire-gas-smoke'?", typo.err)
        link = self.check(lambda text: text.replace("  to: supervisor-duty  ", "  link: https://example.com/x\n  to: supervisor-duty  "))
        self.assertEqual(link.returncode, 1)
        self.assertIn("https://example.com/x: it is an example's", link.err)

    def test_RE_11_both_worked_examples_hold(self):
        for pack in ("hotel", "support"):
            path = os.path.join(os.environ["LYT_DATA"], "models", pack, "desk.yaml")
            lyt("route", "check", "--settings", path, check=0)


if __name__ == "__main__":
    main()
