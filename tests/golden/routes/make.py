"""Makes desk.yaml and cases.txt in this folder: a house, and where 1,000 messages of it go by a reading of its
own. Each route stands here twice, as the file has it and as a condition; nothing of Lyt is used.

    python3 tests/golden/routes/make.py
"""

import datetime
import fnmatch
import os
import random
import zoneinfo

ZONE = zoneinfo.ZoneInfo("Europe/Copenhagen")
TEAMS = {
    "no-hot-water": "maintenance", "room-too-cold": "maintenance", "lift-broken": "maintenance",
    "room-not-cleaned": "housekeeping", "towels-missing": "housekeeping", "wifi-down": "it",
    "food-cold": "kitchen", "staff-rude": "reception", "theft": "security", "danger": "security",
}
CRAFT = ("no-hot-water", "room-too-cold", "lift-broken")


def easter(year):
    """By Gauss, as Butcher has it."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, g = b // 4, b % 4, (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    k = (2 * e + 2 * (c // 4) - h - c % 4 + 32) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return datetime.date(year, month, day + 1)


def is_holiday(day):
    """Public holidays of Denmark, of which Great Prayer Day is none since 2024."""
    if (day.month, day.day) in ((1, 1), (12, 25), (12, 26)):
        return True
    return (day - easter(day.year)).days in (-3, -2, 0, 1, 39, 49, 50)


def workshop_is_open(m):
    at = m["at"].astimezone(ZONE)
    if is_holiday(at.date()) or (at.month, at.day) == (12, 24) or at.weekday() > 4:
        return False
    return 7 <= at.hour < (15 if at.weekday() == 4 else 16)


def night(m):
    return m["at"].astimezone(ZONE).hour >= 22 or m["at"].astimezone(ZONE).hour < 6


# id, the condition, whether the next ones are looked at, receivers ("team": the scenario's), how the file says it
ROUTES = [
    ("danger", lambda m: m["severity"] >= 4, False, ["team", "duty", "boss"], "severity_min: 4"),
    ("boss-hears", lambda m: m["scenario"] in ("staff-rude", "theft"), True, ["boss"],
     "scenarios: [staff-rude, theft]"),
    ("forest", lambda m: m["property"] == "skoven" and m["severity"] >= 2, True, ["forest-desk"],
     "properties: [skoven], severity_min: 2"),
    ("craft-open", lambda m: m["scenario"] in CRAFT and workshop_is_open(m), False, ["team"],
     "scenarios: [no-hot-water, room-too-cold, lift-broken], hours: workshop"),
    ("craft-shut", lambda m: m["scenario"] in CRAFT and not workshop_is_open(m), False, ["duty", "team"],
     "scenarios: [no-hot-water, room-too-cold, lift-broken], hours: workshop, outside_hours: true"),
    ("suites", lambda m: fnmatch.fnmatchcase(m["place"], "4??") or m["place"].startswith("suite-"), False,
     ["team", "boss"], "places: [\"4??\", \"suite-*\"]"),
    ("night", lambda m: night(m) and m["severity"] <= 2, False, ["duty"], "hours: day, outside_hours: true, severity_max: 2"),
    ("german", lambda m: m["language"] in ("de", "sv"), True, ["languages"], "languages: [de, sv]"),
    ("small", lambda m: m["severity"] in (0, 1) and m["property"] == "havnen", False, ["reception"],
     "severity_max: 1, properties: [havnen]"),
    ("all", lambda m: True, False, ["team"], None),
]


def receivers(m):
    out = []
    for _, matches, goes_on, to, _ in ROUTES:
        if not matches(m):
            continue
        for one in to:
            one = TEAMS[m["scenario"]] if one == "team" else one
            if one not in out:
                out.append(one)
        if not goes_on:
            break
    return out


def desk():
    teams = sorted(set(TEAMS.values()) | {"duty", "boss", "forest-desk", "languages", "reception"})
    lines = ["# made by make.py: a house whose routes are tried with 1,000 messages", "desk: havnen", "pack: hotel",
             "zone: Europe/Copenhagen", "manager: signe", "people:",
             "  - {id: signe, name: Signe Vang, role: manager, channels: [bus]}", "hours:",
             "  - id: workshop",
             "    days: {mon: \"07:00-16:00\", tue: \"07:00-16:00\", wed: \"07:00-16:00\", thu: \"07:00-16:00\","
             " fri: \"07:00-15:00\"}",
             "    holidays: closed", "    holidays_on: [\"2026-12-24\", \"2027-12-24\"]",
             "  - id: day",
             "    days: {%s}" % ", ".join("%s: \"06:00-22:00\"" % day for day in
                                          ("mon", "tue", "wed", "thu", "fri", "sat", "sun")),
             "teams:"]
    lines += ["  - {id: %s}" % team for team in teams]
    lines.append("routes:")
    for name, _, goes_on, to, says in ROUTES:
        lines.append("  - {id: %s, %sto: [%s]%s}" % (name, says + ", " if says else "", ", ".join(to),
                                                     ", continue: true" if goes_on else ""))
    return "\n".join(lines) + "\n"


def moment(chance):
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    at = start + datetime.timedelta(minutes=chance.randrange(2 * 365 * 1440))
    kind = chance.randrange(4)
    if kind == 0:  # a minute around an opening or closing
        local = at.astimezone(ZONE)
        hour = chance.choice((6, 7, 15, 16, 22))
        local = local.replace(hour=hour, minute=0) + datetime.timedelta(minutes=chance.choice((-1, 0, 1)))
        at = local.astimezone(datetime.timezone.utc)
    if kind == 1:  # a day that is special
        day = chance.choice((datetime.date(2026, 3, 29), datetime.date(2026, 10, 25), datetime.date(2027, 3, 28),
                             datetime.date(2026, 12, 24), datetime.date(2026, 12, 25), datetime.date(2027, 1, 1),
                             datetime.date(2026, 4, 2), datetime.date(2027, 5, 6), datetime.date(2026, 5, 1)))
        at = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.timezone.utc) + datetime.timedelta(
            minutes=chance.randrange(1440))
    return at


def cases(n):
    chance = random.Random(20261126)
    out = ["# made by make.py: property|scenario|team|place|language|severity|time|who is told, in order"]
    for _ in range(n):
        m = {"property": chance.choice(("havnen", "havnen", "skoven", "engen")), "scenario": chance.choice(sorted(TEAMS)),
             "place": chance.choice(("", "101", "214", "401", "455", "4", "40a", "4011", "suite-1", "suite", "lobby")),
             "language": chance.choice(("da", "en", "de", "sv", "und")), "severity": chance.choice((0, 1, 1, 2, 2, 3, 4)),
             "at": moment(chance)}
        out.append("|".join((m["property"], m["scenario"], TEAMS[m["scenario"]], m["place"], m["language"], str(m["severity"]),
                             m["at"].strftime("%Y-%m-%dT%H:%M:%SZ"), " ".join(receivers(m)))))
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    folder = os.path.dirname(os.path.abspath(__file__))
    for name, text in (("desk.yaml", desk()), ("cases.txt", cases(1000))):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
