"""Runs the built lyt ($LYT_BINARY) as a user would.

$LYT_DATA is the source tree. Everything is written into a temporary folder.
"""

import json
import os
import pty
import shutil
import subprocess
import sys
import tempfile
import unittest

LYT = None
DATA = os.environ["LYT_DATA"]
os.environ["LC_ALL"] = "C.UTF-8"  # whatever the language of who runs the tests
FOLDER = None  # of this run
MODEL = None  # a small model of two labels
HOTEL = None  # a built copy of the hotel pack

TRAINING = """\
__label__cold The room was cold
__label__cold It is freezing in here, the heating does not work
__label__cold Our radiator is cold and so are we
__label__cold so cold at night
__label__noise The bar is loud all night
__label__noise Loud music until four, we could not sleep
__label__noise noise from the street
__label__noise very noisy neighbours
__label__cold __label__noise Cold room and loud bar
__label__none Thank you for a lovely stay
__label__none What time is breakfast?
__label__none The view is great
__label__none Great breakfast, nice people
__label__none We arrive at six tonight
""" * 3


def lyt(*words, data=b"", expect=0, env=None, **more):
    """Runs lyt; returns (stdout, stderr) after checking the exit code."""
    if isinstance(data, str):
        data = data.encode()
    ran = subprocess.run(
        [LYT, *words],
        input=data,
        stdout=more.pop("stdout", subprocess.PIPE),
        stderr=subprocess.PIPE,
        env={**os.environ, **(env or {})},
        timeout=300,
        **more,
    )
    err = ran.stderr.decode()
    if ran.returncode != expect:
        raise AssertionError(f"lyt {words}: exit code {ran.returncode}, not {expect}\n{err}")
    return (ran.stdout or b"").decode(), err


def write(name, data):
    path = os.path.join(FOLDER, name)
    with open(path, "wb") as file:
        file.write(data.encode() if isinstance(data, str) else data)
    return path


def setUpModule():
    global FOLDER, MODEL, HOTEL
    FOLDER = tempfile.mkdtemp(prefix="lyt-e2e-")
    MODEL = os.path.join(FOLDER, "small.lytm")
    lyt("train", "-o", MODEL, write("small.txt", TRAINING))
    HOTEL = os.path.join(FOLDER, "hotel")
    shutil.copytree(os.path.join(DATA, "models", "hotel"), HOTEL)
    # as the build made it: to train it anew takes long where sanitizers look on
    shutil.copy(os.path.join(os.environ["LYT_BUILD"], "models", "hotel.lytm"), os.path.join(HOTEL, "model.lytm"))


def tearDownModule():
    shutil.rmtree(FOLDER)


class Classify(unittest.TestCase):
    def test_one_result_a_line_in_order(self):
        out, _ = lyt("classify", "-m", MODEL, data="cold\n\nloud bar\nbreakfast?\ncold")
        lines = out.split("\n")
        self.assertEqual(len(lines), 6)
        self.assertTrue(lines[0].startswith("cold "), lines[0])
        self.assertEqual(lines[1], "")
        self.assertTrue(lines[2].startswith("noise "), lines[2])
        self.assertEqual(lines[3], "-")
        self.assertEqual(lines[4], lines[0])
        self.assertEqual(lines[5], "")

    def test_text_names_probability_and_words(self):
        out, _ = lyt("classify", "-m", MODEL, data="it is freezing in here\n")
        self.assertRegex(out, r'^cold [01]\.\d\d ".*freezing.*"\n$')

    def test_crlf_is_lf(self):
        texts = ["The room was cold", "", "Thank you", "loud bar"]
        unix, _ = lyt("classify", "--json", "-m", MODEL, data="\n".join(texts) + "\n")
        dos, _ = lyt("classify", "--json", "-m", MODEL, data="\r\n".join(texts) + "\r\n")
        self.assertEqual(unix, dos)
        self.assertEqual(len(unix.splitlines()), 4)

    def test_json_has_what_the_format_says(self):
        text = "Rummet \"er\" cold"
        out, _ = lyt("classify", "--json", "-m", MODEL, data=text)
        said = json.loads(out)
        self.assertEqual(said["text"], text)
        self.assertIn("code", said["language"])
        self.assertIn("probability", said["language"])
        failure = said["failures"][0]
        self.assertEqual(failure["scenario"], "cold")
        raw = text.encode()
        self.assertIn(b"cold", raw[failure["start"] : failure["end"]])
        for evidence in failure["evidence"]:
            self.assertEqual(raw[evidence["start"] : evidence["end"]].decode(), evidence["text"])
            self.assertIn("feature", evidence)
            self.assertIn("weight", evidence)

    def test_hostile_lines_are_named_and_passed_over(self):
        rows = [
            (b"cold \xff here", "6"),
            (b"col\0d", "4"),
            (b"cold \xc3", "6"),
            (b"\xed\xa0\x80", "1"),
            (b"a" * 65537, "65537"),
            (b"cold " * 210000, "65537"),
        ]
        for bad, column in rows:
            for how in ([], ["--json"]):
                with self.subTest(bad=bad[:12], how=how):
                    out, err = lyt(
                        "classify", "-m", MODEL, *how, data=b"cold\n" + bad + b"\ncold\n", expect=1
                    )
                    lines = out.splitlines()
                    self.assertEqual(len(lines), 3)
                    self.assertEqual(lines[0], lines[2])
                    self.assertIn(f"stdin:2:{column}: ", err)
                    if how:
                        self.assertEqual(list(json.loads(lines[1])), ["error"])
                    else:
                        self.assertTrue(lines[1].startswith("error: "), lines[1])

    def test_the_longest_line_allowed(self):
        out, err = lyt("classify", "-m", MODEL, data="x" * 65536 + "\r\n")
        self.assertEqual((len(out.splitlines()), err), (1, ""))

    def test_too_many_words_is_an_error_of_that_line(self):
        out, err = lyt("classify", "-m", MODEL, data="a " * 30000 + "\ncold\n", expect=1)
        self.assertEqual(len(out.splitlines()), 2)
        self.assertIn("stdin:1", err)

    def test_files_in_order_and_stdin_among_them(self):
        a, b = write("a.txt", "cold\n"), write("b.txt", "thanks")
        out, _ = lyt("classify", "-m", MODEL, a, "-", b, data="loud bar\n")
        self.assertEqual([line.split()[0] for line in out.splitlines()], ["cold", "noise", "-"])

    def test_what_is_no_file_is_named_and_the_rest_is_done(self):
        good = write("a.txt", "cold\n")
        missing = os.path.join(FOLDER, "missing")
        out, err = lyt("classify", "-m", MODEL, missing, FOLDER, good, expect=1)
        self.assertEqual(len(out.splitlines()), 1)
        self.assertIn(f"{missing}: cannot open: No such file or directory", err)
        self.assertIn(f"{FOLDER}: is a folder, not a file", err)

    def test_a_result_is_written_before_the_next_line_comes(self):
        with subprocess.Popen(
            [LYT, "classify", "-m", MODEL], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as running:
            for text, result in (("cold", b"cold "), ("thanks", b"-\n"), ("loud bar", b"noise ")):
                running.stdin.write(text.encode() + b"\n")
                running.stdin.flush()
                self.assertTrue(running.stdout.readline().startswith(result))
            running.stdin.close()
            self.assertEqual(running.wait(timeout=300), 0)

    def test_guests_cannot_write_on_the_terminal(self):
        out, _ = lyt("classify", "-m", MODEL, data="cold\x1b[2J\x07 cold\n")
        self.assertNotIn("\x1b", out)
        self.assertNotIn("\x07", out)

    def test_misuse(self):
        for words, says in (
            (["-p", "hotel", "-m", MODEL], "exclude one another"),
            (["--language", "danish"], "two small letters"),
            (["--jsno"], "did you mean --json?"),
            (["-m"], "needs MODEL"),
        ):
            with self.subTest(words=words):
                out, err = lyt("classify", *words, expect=2)
                self.assertEqual(out, "")
                self.assertIn(says, err)


class Streams(unittest.TestCase):
    def test_full_disk(self):
        for words in (["--version"], ["help"], ["classify", "-m", MODEL]):
            with self.subTest(words=words), open("/dev/full", "wb") as full:
                _, err = lyt(*words, data="cold\n", stdout=full, expect=1)
                self.assertIn("no space left", err)

    def test_closed_stdout(self):
        for words in ("--version", f"classify -m {MODEL}", f"train -o {MODEL}.x {FOLDER}/small.txt"):
            with self.subTest(words=words):
                ran = subprocess.run(
                    ["sh", "-c", f"echo cold | {LYT} {words} >&-"],
                    stderr=subprocess.PIPE,
                    timeout=300,
                )
                self.assertEqual(ran.returncode, 1)
                self.assertIn(b"the output is closed", ran.stderr)
        # no file that was opened later took the place of stdout
        out, _ = lyt("classify", "-m", MODEL + ".x", data="cold\n")
        self.assertTrue(out.startswith("cold "))

    def test_a_reader_that_leaves(self):
        ran = subprocess.run(
            ["bash", "-c", f"yes cold | head -n 200000 | {LYT} classify -m {MODEL} | head -n 1; "
             "exit ${PIPESTATUS[2]}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=300,
        )
        self.assertEqual(ran.returncode, 1)
        self.assertIn(b"the output is closed", ran.stderr)
        self.assertEqual(len(ran.stdout.splitlines()), 1)

    def test_closed_stdin_is_empty(self):
        ran = subprocess.run(
            ["sh", "-c", f"{LYT} classify -m {MODEL} <&-"], stdout=subprocess.PIPE, timeout=300
        )
        self.assertEqual((ran.returncode, ran.stdout), (0, b""))

    def on_terminal(self, env):
        ours, theirs = pty.openpty()
        lyt("classify", "-m", MODEL, data="so cold\n", stdout=theirs, env=env)
        os.close(theirs)
        seen = b""
        try:
            while piece := os.read(ours, 4096):
                seen += piece
        except OSError:  # how Linux says that nobody is left on the other side
            pass
        os.close(ours)
        return seen

    def test_colour_only_on_a_terminal_that_wants_it(self):
        self.assertIn(b"\x1b[1;33m", self.on_terminal({"TERM": "xterm", "NO_COLOR": ""}))
        self.assertNotIn(b"\x1b", self.on_terminal({"TERM": "xterm", "NO_COLOR": "1"}))
        self.assertNotIn(b"\x1b", self.on_terminal({"TERM": "dumb", "NO_COLOR": ""}))


class Explain(unittest.TestCase):
    def test_the_weights_sum_to_the_log_odds(self):
        out, _ = lyt("explain", "--json", "-m", MODEL, "so", "cold", "and", "loud")
        said = json.loads(out)
        self.assertEqual(said["text"], "so cold and loud")
        self.assertGreater(len(said["explanations"]), 0)
        for why in said["explanations"]:
            total = sum(reason["weight"] for reason in why["reasons"])
            self.assertAlmostEqual(total, why["log_odds"], delta=1e-5)
            self.assertTrue(0 <= why["probability"] <= 1)

    def test_a_scenario_that_was_not_reported(self):
        out, _ = lyt("explain", "-m", MODEL, "--scenario", "noise", "thank you")
        self.assertRegex(out, r"^noise probability 0\.\d\d\n")
        self.assertRegex(out, r"\n +[+-]\d+\.\d{3}  sum, the log-odds\n$")

    def test_nothing_reported(self):
        out, _ = lyt("explain", "-m", MODEL, data="thank you\n")
        self.assertTrue(out.startswith("- "), out)
        out, _ = lyt("explain", "--json", "-m", MODEL, data="thank you\n")
        self.assertEqual(json.loads(out)["explanations"], [])

    def test_errors(self):
        _, err = lyt("explain", "-m", MODEL, "--scenario", "nonsense", "cold", expect=1)
        self.assertIn("nonsense", err)
        _, err = lyt("explain", "-m", MODEL, data=b"cold\nco\xff\n", expect=1)
        self.assertIn("stdin:2:3: ", err)


# One of each shipped language, and Danish that could pass for Norwegian.
LANGUAGES = {
    "da": "Der er ingen håndklæder på badeværelset, og vi har spurgt to gange",
    "en": "There are no towels in the bathroom and we have asked twice",
    "sv": "Det finns inga handdukar i badrummet och vi har frågat två gånger",
    "nb": "Det er ingen håndklær på badet, og vi har spurt to ganger uten å få noe hjelp",
    "de": "Im Bad sind keine Handtücher und wir haben schon zweimal gefragt",
    "nl": "Er zijn geen handdoeken in de badkamer en we hebben het twee keer gevraagd",
    "fr": "Il n'y a pas de serviettes dans la salle de bain et nous avons demandé deux fois",
    "es": "No hay toallas en el baño y ya hemos preguntado dos veces",
    "it": "Non ci sono asciugamani nel bagno e abbiamo già chiesto due volte",
    "fi": "Kylpyhuoneessa ei ole pyyhkeitä ja olemme kysyneet jo kaksi kertaa",
    "pt": "Não há toalhas na casa de banho e já pedimos duas vezes",
}
DANISH = [
    "Vi kan ikke sove",
    "Værelset er for koldt",
    "Maden var kold og dårlig",
    "Der lugter af røg i hele huset",
    "Vi venter stadig",
    "Det var en god nat, tak for alt",
    "Døren kan ikke lukkes",
    "Hvor er min kuffert?",
]


class Language(unittest.TestCase):
    def test_nl01_eleven_languages(self):
        out, _ = lyt("language", data="\n".join(LANGUAGES.values()))
        rows = [line.split("\t") for line in out.splitlines()]
        self.assertEqual([code for code, _ in rows], list(LANGUAGES))
        self.assertTrue(all(float(p) > 0.8 for _, p in rows), out)

    def test_nl01_danish_is_not_taken_for_norwegian(self):
        for among in ("da,en,sv,nb,de", "da,nb"):
            out, _ = lyt("language", "--among", among, data="\n".join(DANISH))
            self.assertEqual({line[:2] for line in out.splitlines()}, {"da"}, out)
        out, _ = lyt("language", "--among", "en,da", data=LANGUAGES["nb"])
        self.assertEqual(out[:2], "da")

    def test_each_clause_has_its_own(self):
        text = "Værelset is so dirty og AC virker ikke"
        out, _ = lyt("language", "--among", "da,en", "--json", data=text)
        told = json.loads(out)
        self.assertEqual(told["text"], text)
        self.assertEqual([c["language"]["code"] for c in told["clauses"]], ["en", "da"])
        second = told["clauses"][1]
        self.assertEqual(text.encode()[second["start"]:second["end"]].decode(), "og AC virker ikke")

    def test_a_verdict_is_unsure_of_few_words(self):
        for text, code in (("der er koldt", "und"), ("der er meget koldt her", "da")):
            out, _ = lyt("classify", "-p", HOTEL, "--json", data=text)
            self.assertEqual(json.loads(out)["language"]["code"], code)

    def test_the_table_is_the_same_every_time(self):
        table = os.path.join(FOLDER, "again.lytl")
        lyt("language", "--learn", os.path.join(DATA, "lexicons/languages"), "--output", table)
        built = os.path.join(os.path.dirname(LYT), "lexicons/languages.lytl")
        with open(table, "rb") as one, open(built, "rb") as two:
            self.assertEqual(one.read(), two.read())

    def test_no_table(self):
        _, err = lyt("language", "--table", "/none", data="a", expect=1)
        self.assertIn("/none", err)
        with tempfile.TemporaryDirectory() as away:  # a binary with nothing beside it
            alone = shutil.copy(LYT, away)
            ran = subprocess.run([alone, "language"], input=b"a", capture_output=True,
                                 env={**os.environ, "LYT_DATA": DATA}, timeout=60)
            self.assertEqual(ran.returncode, 1)
            self.assertIn(b"languages.lytl", ran.stderr)


class TrainAndEval(unittest.TestCase):
    def test_what_was_learned_is_told(self):
        path = os.path.join(FOLDER, "told.lytm")
        out, err = lyt("train", "-o", path, write("t.txt", TRAINING))
        self.assertEqual(err, "")
        for part in ("messages ", "labels     2\n", "cold\n", "noise\n", "none\n", "features ",
                     "threshold ", "model ", "seconds "):
            self.assertIn(part, out)

    def test_the_same_seed_gives_the_same_model(self):
        paths = [os.path.join(FOLDER, name) for name in ("one.lytm", "two.lytm")]
        for path in paths:
            lyt("train", "--seed", "7", "-o", path, write("t.txt", TRAINING))
        with open(paths[0], "rb") as one, open(paths[1], "rb") as two:
            self.assertEqual(one.read(), two.read())

    def test_a_bad_line_is_named_and_nothing_is_written(self):
        for line, place in (
            ("no label here", ":3:"),
            ("__label__none __label__cold x", ":3:"),
            ("__label__cold", ":3:"),
            (b"__label__cold a\xff", ":3:16:"),
        ):
            with self.subTest(line=line):
                line = line if isinstance(line, bytes) else line.encode()
                bad = write("bad.txt", b"__label__cold a\n__label__none b\n" + line + b"\n")
                path = os.path.join(FOLDER, "never.lytm")
                out, err = lyt("train", "-o", path, bad, expect=1)
                self.assertEqual(out, "")
                self.assertIn(bad + place, err)
                self.assertFalse(os.path.exists(path))

    def test_where_no_model_can_be_written(self):
        before = sorted(os.listdir(FOLDER))
        for path in (os.path.join(FOLDER, "no", "such", "folder"), HOTEL):
            _, err = lyt("train", "-o", path, os.path.join(FOLDER, "small.txt"), expect=1)
            self.assertIn(path, err)
        self.assertEqual(sorted(os.listdir(FOLDER)), before)
        _, err = lyt("train", os.path.join(FOLDER, "small.txt"), expect=2)
        self.assertIn("-o MODEL", err)

    def test_eval_of_a_model(self):
        labelled = write("dev.txt", "__label__cold so cold\n__label__none thanks\n"
                         "__label__new a label of its own\n__label__cold so cold\n")
        out, _ = lyt("eval", "-m", MODEL, "--json", labelled)
        said = json.loads(out)
        self.assertEqual(said["messages"], 4)
        for key in ("accuracy", "micro_f1", "macro_f1", "detect_f1", "precision", "recall", "ece"):
            self.assertTrue(0 <= said[key] <= 1, key)
        self.assertEqual(list(said["per_label"]), ["cold", "new", "noise"])
        self.assertEqual(said["per_label"]["cold"]["right"], 2)
        self.assertEqual(said["per_label"]["new"]["recall"], 0)
        out, _ = lyt("eval", "-m", MODEL, labelled)
        self.assertIn("cold", out)

    def test_eval_of_a_pack(self):
        labelled = write("dev.txt", "__label__room-not-cleaned The room was not cleaned\n"
                         "__label__none Thank you\n")
        said = json.loads(lyt("eval", "-p", HOTEL, "--json", labelled)[0])
        self.assertEqual(said["messages"], 2)
        self.assertIn("room-not-cleaned", said["per_label"])
        labelled = write("dev.txt", "__label__none Thank you\n__label__weather It rains\n")
        _, err = lyt("eval", "-p", HOTEL, labelled, expect=1)
        self.assertIn(labelled + ":2:", err)

    def test_nothing_to_measure_on(self):
        _, err = lyt("eval", "-m", MODEL, write("dev.txt", "# nothing\n"), expect=1)
        self.assertIn("dev.txt", err)


class Models(unittest.TestCase):
    def test_what_is_no_model(self):
        with open(MODEL, "rb") as file:
            good = file.read()
        for name, data in (
            ("text.lytm", b"This is no model\n" * 100),
            ("empty.lytm", b""),
            ("cut.lytm", good[: len(good) // 2]),
            ("head.lytm", good[:20]),
            ("turned.lytm", good[:-9] + bytes([good[-9] ^ 1]) + good[-8:]),
        ):
            with self.subTest(name=name):
                path = write(name, data)
                out, err = lyt("classify", "-m", path, data="cold\n", expect=1)
                self.assertEqual(out, "")
                self.assertIn(path, err)
        _, err = lyt("classify", "-m", os.path.join(FOLDER, "none.lytm"), expect=1)
        self.assertIn("none.lytm", err)
        _, err = lyt("classify", "-m", FOLDER, expect=1)
        self.assertIn("folder", err)


class Packs(unittest.TestCase):
    def test_nl09_the_hotel_hears(self):
        texts = (
            "Værelset var ikke gjort rent og der var larm fra baren hele natten\n"
            "Dejligt ophold, tak for alt\n"
            "The heating is broken in 214 and it is freezing\n"
        )
        out, _ = lyt("classify", "-p", HOTEL, "--json", data=texts)
        said = [json.loads(line) for line in out.splitlines()]
        self.assertEqual(
            {failure["scenario"] for failure in said[0]["failures"]},
            {"room-not-cleaned", "noise-from-bar"},
        )
        self.assertEqual(said[1]["failures"], [])
        self.assertEqual([f["scenario"] for f in said[2]["failures"]], ["room-too-cold"])
        self.assertEqual([one["language"]["code"] for one in said], ["da", "da", "en"])
        out, _ = lyt("classify", "-p", HOTEL, data=texts)
        self.assertRegex(out, r'(?m)^.*room-not-cleaned [01]\.\d\d housekeeping ".+"')

    def test_names(self):
        out, _ = lyt("pack", "list", "--names")
        self.assertEqual(out, "delivery\nhotel\nrestaurant\nsupport\n")

    def test_sc03_check_says_what_comes_out_wrong(self):
        lied = os.path.join(FOLDER, "lied")
        shutil.copytree(HOTEL, lied)
        path = os.path.join(lied, "scenarios", "room-too-cold.yaml")
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
        at = next(i for i, line in enumerate(lines) if line.strip() == "silent:") + 1
        lines.insert(at, '      - "The heating is broken in 214 and it is freezing"')
        write("lied/scenarios/room-too-cold.yaml", "\n".join(lines))
        out, _ = lyt("pack", "check", lied, expect=1)
        self.assertRegex(out, rf"(?m)^{path}:{at + 1}:9: error: .* is heard as room-too-cold .*\[example\]$")
        out, _ = lyt("pack", "check", "--json", lied, expect=1)
        said = json.loads(out)
        self.assertEqual(said["errors"] + said["warnings"], len(said["findings"]))
        self.assertIn(
            ("error", "example", path, at + 1),
            [(one["level"], one["check"], one["file"], one.get("line")) for one in said["findings"]],
        )

    def test_sc01_a_pack_with_an_error(self):
        for old, new in (
            ("severity: 2", "severity: 7"),
            ("team: housekeeping", "team: nobody"),
            ("severity: 2", "severty: 2"),
            ("id: room-not-cleaned", "id: other"),
            ("name: {", "name: {{"),
        ):
            with self.subTest(new=new):
                broken = os.path.join(FOLDER, "broken")
                shutil.rmtree(broken, ignore_errors=True)
                shutil.copytree(HOTEL, broken)
                path = os.path.join(broken, "scenarios", "room-not-cleaned.yaml")
                with open(path, encoding="utf-8") as file:
                    text = file.read()
                self.assertIn(old, text)
                write("broken/scenarios/room-not-cleaned.yaml", text.replace(old, new, 1))
                for words in (["classify", "-p"], ["pack", "check"], ["pack", "build"]):
                    out, err = lyt(*words, broken, data="cold\n", expect=1)
                    self.assertEqual(out, "")
                    self.assertRegex(err, r"room-not-cleaned\.yaml:\d+:\d+: ")

    def test_sc01_a_channel_that_the_house_does_not_have(self):
        desk = os.path.join(DATA, "models/hotel/desk.yaml")
        folder = os.path.join(FOLDER, "channels")
        os.mkdir(folder)
        shutil.copytree(os.path.join(DATA, "models/hotel"), os.path.join(folder, "hotel"),
                        ignore=shutil.ignore_patterns("*.lytm"))
        path = os.path.join(folder, "hotel/scenarios/noise-from-bar.yaml")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        for channels, code in (("[bus]", 0), ("[bus, carrier-pigeon]", 1)):
            with open(path, "w", encoding="utf-8") as file:
                file.write("".join(line for line in text.splitlines(True) if not line.startswith("channels:")) +
                           "channels: %s\n" % channels)
            _, err = lyt("route", "check", "-s", desk, expect=code, cwd=folder)
            self.assertEqual("noise-from-bar.yaml: channel 'carrier-pigeon'" in err, code == 1, err)

    def test_sc01_a_new_pack_is_whole_and_without_a_warning(self):
        folder = os.path.join(FOLDER, "new")
        os.mkdir(folder)
        lyt("pack", "new", "spa", cwd=folder)
        self.assertIn("0 errors, 0 warnings", lyt("pack", "check", "./spa", cwd=folder)[0])
        # a pack that is read in more languages is the same folder
        lyt("pack", "new", "inn", "--from", "hotel+sv", cwd=folder)
        self.assertIn("0 added, 0 removed, 0 changed", lyt("pack", "diff", "hotel", "./inn", cwd=folder)[0])
        for words, code, said in ((("nowhere/x",), 1, "No such file or directory"),
                                  (("spa",), 1, "is there already"),
                                  (("x" * 49,), 2, "at most 48"),
                                  (("y", "--from", "./nothing"), 1, "there is no pack here")):
            self.assertIn(said, lyt("pack", "new", *words, expect=code, cwd=folder)[1])
        self.assertEqual(sorted(os.listdir(folder)), ["inn", "spa"])

    def test_no_such_pack(self):
        for words in (["classify", "-p"], ["pack", "check"], ["pack", "build"], ["explain", "-p"]):
            _, err = lyt(*words, "nonsense", expect=1)
            self.assertIn("nonsense", err)

    def test_build_into_a_file(self):
        path = os.path.join(FOLDER, "elsewhere.lytm")
        out, _ = lyt("pack", "build", "-o", path, os.path.join(DATA, "tests", "golden", "minipack"))
        self.assertEqual(out, path + "\n")
        self.assertTrue(os.path.getsize(path) > 0)

    def test_misuse(self):
        for words in (["pack"], ["pack", "chekc"], ["pack", "check"], ["pack", "build"],
                      ["pack", "list", "hotel"], ["pack", "list", "-o", "x"],
                      ["pack", "check", "--names", "hotel"]):
            with self.subTest(words=words):
                out, err = lyt(*words, expect=2)
                self.assertEqual(out, "")
                self.assertNotEqual(err, "")

    def test_without_data(self):
        _, err = lyt("classify", data="cold\n", expect=1, env={"LYT_DATA": FOLDER})
        self.assertIn(FOLDER, err)


if __name__ == "__main__":
    LYT = os.path.abspath(os.environ.get("LYT_BINARY") or sys.argv.pop(1))
    unittest.main()
