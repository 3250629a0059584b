"""`check` for CI systems: what each receiver asks for, and that no text of a record is ever a command to one of them.

`make readme` renews the golden files after a look at them.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema
from hypothesis import example, given
from hypothesis import strategies as st

from mpp_qms import __version__
from mpp_qms.cli.exits import for_runner
from mpp_qms.findings import Finding, Severity
from mpp_qms.messages import LANGUAGES, Message, Translator, translator
from mpp_qms.rules.table import all_rules
from mpp_qms.store.repository import folder_in_git
from mpp_qms.views import github, gitlab, junit, sarif
from mpp_qms.views import json as views_json
from mpp_qms.views.ci import fingerprints, one_line
from mpp_qms.views.terminal import check as terminal
from mpp_qms.views.terminal.style import Style, harmless
from tests.factories import Data, found_by_check, mall, nc_data
from tests.program import DAY, RECORDS, run

HERE = Path(__file__).parent
GOLDEN = HERE / "golden"
DATA = HERE.parent / "data"
AS_OF = date(2024, 12, 16)
ENGLISH = translator("en")
ENDINGS = {"github": "txt", "gitlab": "json", "sarif": "json", "junit": "xml"}

SARIF = jsonschema.Draft7Validator(json.loads((DATA / "sarif-schema-2.1.0.json").read_text(encoding="utf-8")))
GITLAB = jsonschema.Draft202012Validator(json.loads((DATA / "gitlab-code-quality.json").read_text(encoding="utf-8")))
JUNIT = xmlschema.XMLSchema10(DATA / "junit-10.xsd")


# --- how the receivers read ---


def valid_sarif(text: str) -> Any:
    """The one run of a SARIF log."""
    log = json.loads(text)
    SARIF.validate(log)
    (found,) = log["runs"]
    return found


def valid_gitlab(text: str) -> Any:
    assert not text.startswith("\ufeff")
    entries = json.loads(text)
    GITLAB.validate(entries)
    return entries


def valid_junit(text: str) -> ElementTree.Element:
    """The suite of a report."""
    # as bytes: the sender of a file has no other choice than UTF-8, which holds no lone surrogates
    found = ElementTree.fromstring(text.encode())
    JUNIT.validate(text)
    (suite,) = found
    cases = suite.findall("testcase")
    assert suite.get("tests") == found.get("tests") == str(len(cases))
    assert suite.get("failures") == str(sum(case.find("failure") is not None for case in cases))
    return suite


#: What the runner of GitHub does on a line that begins with it.
COMMANDS = {
    *("error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "set-output", "set-env", "add-path"),
    *("save-state", "stop-commands", "echo", "add-matcher", "remove-matcher"),
}


def runner_takes(line: str) -> str | None:
    """The name of the command that a line is to GitHub's runner: behind any white space, or `##[` anywhere."""
    bare = line.lstrip()
    name = None
    if bare.startswith("::") and "::" in bare[2:]:
        name = bare[2:].partition("::")[0].partition(" ")[0]
    elif "##[" in line and "]" in line[line.index("##[") :]:
        name = line[line.index("##[") + 3 :].partition("]")[0].partition(" ")[0]
    return name if name is not None and name.lower() in COMMANDS else None


def commands(text: str) -> list[str]:
    """The commands in a text for stdout, in the order of its lines."""
    return [name for line in re.split("[\r\n]", text) if (name := runner_takes(line)) is not None]


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("::error::x", "error"),
        (" \u3000\t::Set-Output name=a::x", "Set-Output"),
        ("mpp ##[add-mask]x", "add-mask"),
        ("a::error::x", None),
        ("::error", None),
        ("::none::x", None),
        ("## [error]x", None),
    ],
)
def test_the_runner_of_these_tests_reads_like_githubs(line: str, name: str | None) -> None:
    assert runner_takes(line) == name


OURS = re.compile(
    r"::(?P<kind>error|warning|notice) file=(?P<file>[^:,\r\n]*),line=(?P<line>[1-9]\d*),col=(?P<column>[1-9]\d*),"
    r"title=(?P<title>[^:,\r\n]*)::(?P<data>[^\r\n]*)"
)


def unescaped(text: str) -> str:
    return text.replace("%3A", ":").replace("%2C", ",").replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")


# --- what they are given ---


def finding(text: str = "Something is wrong.", **more: Any) -> Finding:
    """A finding whose sentence, help and command hold a text."""
    given_: dict[str, Any] = {
        "code": "NCL003",
        "severity": "error",
        "message": Message("{text}", {"text": text}),
        "help": Message("Mend {text}.", {"text": text}),
        "path": "units/loket/nonconformities/NC-LOKET-2024-001.yaml",
        "record": "NC-LOKET-2024-001",
        "line": 7,
        "column": 3,
    }
    return Finding(**given_ | more)


Write = Callable[..., str]


def as_github(findings: list[Finding], folder: str = "records/", tr: Translator = ENGLISH) -> str:
    return github.check(findings, folder, 5, all_rules(), tr)


def as_gitlab(findings: list[Finding], folder: str = "records/", tr: Translator = ENGLISH) -> str:
    return gitlab.check(findings, folder, tr)


def as_sarif(findings: list[Finding], folder: str = "records/", tr: Translator = ENGLISH) -> str:
    return sarif.check(findings, folder, AS_OF, all_rules(), tr)


def as_junit(
    findings: list[Finding],
    folder: str = "records/",
    tr: Translator = ENGLISH,
    failing: tuple[Severity, ...] = ("error",),
    paths: tuple[str, ...] = ("qms.yaml",),
) -> str:
    return junit.check(findings, folder, paths, AS_OF, failing, tr)


WRITERS: dict[str, Write] = {"github": as_github, "gitlab": as_gitlab, "sarif": as_sarif, "junit": as_junit}


# --- word by word ---


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Broken records in the folder `records` of a git repository: with errors, a warning, and an info by a waiver."""
    (tmp_path / ".git").mkdir()
    root = tmp_path / "records"
    shutil.copytree(HERE / "broken", root)
    (root / "units" / "loket" / "catatan.yaml").write_text("rapat: 1\n", encoding="utf-8")
    with (root / "qms.yaml").open("a", encoding="utf-8") as stream:
        stream.write("waivers:\n- {code: PPL006, unit: loket, reason: Contoh, approved_by: P-001}\n")
    return root


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("format_", ENDINGS)
def test_format(broken: Path, format_: str, language: str) -> None:
    target = broken.parent / "answer"
    words = ("check", "--root", str(broken), "--as-of", DAY, "--format", format_)
    done = run(*words, MPP_QMS_LANG=language)
    assert (done.returncode, done.stderr) == (1, "")
    text = done.stdout.replace(f'"version": "{__version__}"', '"version": "VERSION"')
    path = GOLDEN / f"check-{format_}.{language}.{ENDINGS[format_]}"
    if os.environ.get("RENEW"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")
    written = run(*words, "--output", str(target), MPP_QMS_LANG=language)
    assert (written.returncode, written.stdout) == (1, "")
    assert target.read_bytes() == done.stdout.encode()


def test_valid(broken: Path) -> None:
    """What was compared word by word is what the published schemas allow."""
    for language in LANGUAGES:
        text = (GOLDEN / f"check-sarif.{language}.json").read_text(encoding="utf-8")
        assert {result["level"] for result in valid_sarif(text)["results"]} == {"error", "warning", "note"}
        valid_gitlab((GOLDEN / f"check-gitlab.{language}.json").read_text(encoding="utf-8"))
        valid_junit((GOLDEN / f"check-junit.{language}.xml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("format_", ENDINGS)
def test_nothing_wrong_is_an_answer_too(format_: str) -> None:
    text = WRITERS[format_]([])
    if format_ == "github":
        assert text == "Records: 5. Errors: 0, warnings: 0.\n"
    elif format_ == "gitlab":
        assert text == "[]\n"
    elif format_ == "sarif":
        assert valid_sarif(text)["results"] == []
    else:
        assert valid_junit(text).get("failures") == "0"


@pytest.mark.parametrize(("strict", "code"), [((), 0), (("--strict",), 1)])
@pytest.mark.parametrize("format_", ENDINGS)
def test_exit_codes_are_those_of_check(tmp_path: Path, format_: str, strict: tuple[str, ...], code: int) -> None:
    shutil.copytree(RECORDS, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*"))
    (tmp_path / "units" / "dpmptsp" / "catatan.yaml").write_text("rapat: 1\n", encoding="utf-8")
    done = run("check", "--root", str(tmp_path), "--as-of", DAY, "--format", format_, *strict)
    assert done.returncode == code, done.stdout
    if format_ == "junit":
        (case,) = [case for case in valid_junit(done.stdout) if case.get("name", "").endswith("catatan.yaml")]
        assert [part.tag for part in case] == ["failure" if strict else "system-out"]


# --- paths are those of git ---


def test_the_folder_is_named_as_git_names_it(tmp_path: Path) -> None:
    root = tmp_path / "mal kota" / "records"
    root.mkdir(parents=True)
    assert folder_in_git(root) == ""
    (tmp_path / ".git").mkdir()
    assert folder_in_git(root) == "mal kota/records/"
    # a submodule or a work tree of its own
    (root / ".git").write_text("gitdir: ../elsewhere\n", encoding="utf-8")
    assert folder_in_git(root) == ""


@pytest.mark.parametrize("path", ["a b#c?d%41.yaml", "kopi:teh,susu.yaml", "évidence/漢字.yaml"])
def test_signs_with_a_meaning_in_paths_are_escaped(path: str) -> None:
    entry = finding(path=path)
    (result,) = valid_sarif(as_sarif([entry]))["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert re.fullmatch(r"[A-Za-z0-9./_~%-]+", place["uri"])
    assert unquote(place["uri"]) == f"records/{path}"
    (annotation,) = OURS.finditer(as_github([entry]))
    assert unescaped(annotation["file"]) == f"records/{path}"
    assert valid_gitlab(as_gitlab([entry]))[0]["location"]["path"] == f"records/{path}"
    assert f"records/{path}" in {case.get("name") for case in valid_junit(as_junit([entry]))}


# --- GitHub ---


def test_github_shows_ten_of_a_kind_and_the_log_the_others_with_their_place() -> None:
    many = [finding(line=number) for number in range(1, 13)]
    text = as_github([*many, finding(severity="warning"), finding(severity="info")])
    kinds = Counter(match["kind"] for match in OURS.finditer(text))
    assert kinds == {"error": github.MOST, "warning": 1, "notice": 1}
    assert text.split("\n")[12:] == [
        "GitHub shows at most 10 annotations of a kind for a step. The other findings:",
        *(
            f"records/{many[0].path}:{line}:3: error NCL003 Something is wrong. Mend Something is wrong.."
            for line in (11, 12)
        ),
        "Records: 5. Errors: 12, warnings: 1.",
        "",
    ]


def test_github_is_told_the_rule_and_both_sentences() -> None:
    (match,) = OURS.finditer(as_github([finding("50% late: A, B")]))
    assert unescaped(match["title"]) == "NCL003 Closed without a cause"
    assert match["data"] == "50%25 late: A, B%0AMend 50%25 late: A, B."
    assert (match["line"], match["column"]) == ("7", "3")


# --- fingerprints ---


def test_fingerprints_stay_when_lines_move_and_differ_from_each_other() -> None:
    found = [
        finding(route=("closures", 0)),
        finding(route=("closures", 0)),
        finding(route=("closures", 1)),
        finding(route=("closures", "0")),
        finding(path="units/loket/unit.yaml"),
        finding(code="NCL004"),
        finding(record=None),
    ]
    before = fingerprints(found, "records/")
    assert len(set(before)) == len(found)
    moved = [replace(entry, line=(entry.line or 0) + 20, column=1) for entry in found]
    assert fingerprints(moved, "records/") == before
    assert set(fingerprints(found, "other/")).isdisjoint(before)
    assert [entry["fingerprint"] for entry in valid_gitlab(as_gitlab(found))] == before
    results = valid_sarif(as_sarif(found))["results"]
    assert [result["partialFingerprints"]["mppQms/v1"] for result in results] == before


def test_mending_one_finding_leaves_the_others_known() -> None:
    found = [finding(code=code) for code in ("NCL003", "NCL004", "NCL005")]
    before = fingerprints(found, "")
    assert fingerprints(found[1:], "") == before[1:]


# --- SARIF ---


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_a_page_that_github_shows_whole(language: str) -> None:
    tr = translator(language)
    found = valid_sarif(as_sarif([finding(code=code) for code in all_rules()], tr=tr))
    rules = found["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(all_rules())
    for rule in rules:
        assert len(rule["name"]) <= 255
        assert len(rule["fullDescription"]["text"]) <= 1024
        assert all_rules()[rule["id"]].example.strip("\n") in rule["help"]["text"]
        assert tr("How to mend it") in rule["help"]["markdown"]
        # in Markdown a place in angle brackets would be HTML, and a fence must be closed
        assert rule["help"]["markdown"].count("```") == 2
        assert "<" not in rule["help"]["markdown"].replace(all_rules()[rule["id"]].example.strip("\n"), "")
    for result in found["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_sarif_takes_no_text_for_a_place_or_a_link() -> None:
    (result,) = valid_sarif(as_sarif([finding("{0} [here](1)")]))["results"]
    assert result["message"]["text"] == "{{0}} [here] (1) Mend {{0}} [here] (1)."


def test_the_level_of_a_rule_and_that_of_a_result_may_differ() -> None:
    found = valid_sarif(as_sarif([finding(severity="info")]))
    assert found["tool"]["driver"]["rules"][0]["defaultConfiguration"]["level"] == "error"
    assert found["results"][0]["level"] == "note"


# --- JUnit ---


def test_a_record_file_is_a_test() -> None:
    found = [finding(), finding(severity="warning"), finding(severity="info", path="catatan.yaml")]
    suite = valid_junit(as_junit(found, paths=("qms.yaml", found[0].path)))
    parts = {case.get("name"): [part.tag for part in case] for case in suite.findall("testcase")}
    assert parts == {
        "records/catatan.yaml": ["system-out"],
        "records/qms.yaml": [],
        f"records/{found[0].path}": ["failure", "system-out"],
    }


def test_all_that_fails_a_file_stands_in_one_failure() -> None:
    found = [finding(code="NCL003", severity="warning"), finding(code="NCL004")]
    (failure,) = valid_junit(as_junit(found, failing=("error", "warning"))).iter("failure")
    assert failure.get("type") == "NCL003"
    assert re.findall("NCL...:", failure.text or "") == ["NCL003:", "NCL004:"]


# --- a text of a record is never a command ---

HOSTILE = [
    "::error::palsu",
    " \u3000::set-output name=a::b",
    "a\n::add-mask::b",
    "a\r::add-mask::b",
    "a\u2028::add-mask::b\x85::error::c",
    "a%0A::add-mask::b",
    "##[error]palsu",
    "a ##[add-mask]b",
    "####[group]b",
    "a ##vso[task.setvariable variable=x]y ##teamcity[x]",
    "::stop-commands::kunci",
    "]]>",
    "<script>alert(1)</script>",
    '"/><failure type="x"/>',
    "<!-- -->&amp;&#27;",
    "\x1b[31mmerah\x1b[0m\x1b]0;judul\x07",
    "section_start:0:x\r\x1b[0Kjudul",
    "{0} [klik](http://example.org)",
    "\x00\x08\x0b\ufffe\uffff\ufeff\u202e",
    "\ud800 \udfff",
    "\\u005b \\",
]


def is_harmless(format_: str, text: str, entries: list[Finding]) -> None:
    """What a format wrote is well formed, drives no terminal, and holds no command but ours."""
    assert text.encode()
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text)
    if format_ == "github":
        kinds = Counter(finding.severity for finding in entries)
        ours = [line for line in text.split("\n") if OURS.fullmatch(line)]
        assert len(ours) == sum(min(github.MOST, count) for count in kinds.values())
        assert len(commands(text)) == len(ours)
        assert set(commands(text)) <= {"error", "warning", "notice"}
        return
    assert commands(text) == []
    assert not re.search(r"##\w*\[", text)
    if format_ == "sarif":
        assert len(valid_sarif(text)["results"]) == len(entries)
    elif format_ == "gitlab":
        assert len(valid_gitlab(text)) == len(entries)
    else:
        suite = valid_junit(text)
        assert {part.tag for part in suite.iter()} <= {
            *("testsuite", "properties", "property", "testcase", "failure", "system-out")
        }
        assert len(suite.findall("testcase")) == len({entry.path for entry in entries} | {"qms.yaml"})


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("format_", ENDINGS)
def test_hostile_text(format_: str, text: str) -> None:
    entries = [
        finding(text),
        finding(text, severity="warning", path=f"{text.replace('/', '')}.yaml", command=f"mpp-qms {text}"),
        *[finding(text, path=f"{text.replace('/', '')}.yaml") for _ in range(github.MOST)],
    ]
    # without a folder the path itself begins the line
    is_harmless(format_, WRITERS[format_](entries, ""), entries)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_is_shown_keeps_the_text(text: str) -> None:
    """Receivers unescape: people read what stands in the record."""
    shown = one_line(text)
    assert valid_gitlab(as_gitlab([finding(text)]))[0]["description"].startswith(f"NCL003: {shown} ")
    (failure,) = valid_junit(as_junit([finding(text)])).iter("failure")
    assert failure.get("message") == f"NCL003: {shown}"


texts = st.text(
    st.one_of(
        st.sampled_from(":#[]%,<>&\"' \n\r\t\\{}"),
        st.characters(),
        # lone surrogates too
        st.characters(categories=["Cs"]),
    ),
    max_size=60,
) | st.lists(st.sampled_from([*HOSTILE, "\n", "::", "##["]), max_size=4).map("".join)
paths = texts.map(lambda text: text.replace("/", "") + ".yaml")
any_findings = st.lists(
    st.builds(
        finding,
        texts,
        path=paths,
        severity=st.sampled_from(["error", "warning", "info"]),
        code=st.sampled_from(["NCL003", "SYN003", "PRV001"]),
        record=st.none() | texts,
        route=st.tuples(texts),
        command=st.none() | texts,
        line=st.none() | st.integers(1, 9),
    ),
    max_size=24,
)


@given(any_findings, st.sampled_from(["", "records/"]), st.sampled_from(LANGUAGES))
def test_any_finding_is_written_well_formed_and_harmless(entries: list[Finding], folder: str, language: Any) -> None:
    for format_, write in WRITERS.items():
        is_harmless(format_, write(entries, folder, translator(language)), entries)


@st.composite
def any_records(draw: st.DrawFn) -> dict[str, Data | None]:
    """The ready mall with a nonconformity in which any text stands anywhere, also as a key."""
    path = "units/kependudukan/nonconformities/NC-KEPENDUDUKAN-2024-001.yaml"
    values = texts | st.lists(texts, max_size=2) | st.dictionaries(texts, texts, max_size=2)
    keys = st.sampled_from(["title", "grade", "unit", "id", "statement", "sops", "due", "actions"]) | texts
    changes = draw(st.dictionaries(keys, values, min_size=1, max_size=4))
    return mall({path: nc_data() | changes})


@given(any_records())
@example(mall({"qms.yaml": {"\0": "a key like pydantic's tags of unions"}}))
def test_any_text_in_any_record_is_written_well_formed_and_harmless(files: dict[str, Data | None]) -> None:
    entries = found_by_check(files)
    for format_, write in WRITERS.items():
        is_harmless(format_, write(entries), entries)


# --- what people are shown, where a CI system reads along ---


@given(texts)
def test_no_line_shown_in_github_actions_is_a_command(text: str) -> None:
    assert commands(harmless(text)) == []
    shown = terminal.render([finding(text, path=text)], 1, ENGLISH, Style(width=40))
    assert commands(harmless(shown)) == []


@given(st.text(st.sampled_from("abc :;.#-[]\n")))
def test_what_is_no_command_is_shown_as_it_is(text: str) -> None:
    if not re.search(r"^\s*::|##[a-c]*\[", text, re.MULTILINE):
        assert harmless(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", "\\::error::x"),
        ("  ::a\n::b", "  \\::a\n\\::b"),
        ("x ##[error]", "x #\\#[error]"),
        ("a::b", "a::b"),
    ],
)
def test_a_backslash_makes_it_no_command(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_only_in_github_actions_what_people_see_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    assert for_runner("::error::x") == "::error::x"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert for_runner("::error::x") == "\\::error::x"


def test_json_answers_hold_no_command() -> None:
    answer = {"text": HOSTILE}
    text = views_json.text(answer)
    assert commands(text) == []
    assert json.loads(text)["text"][6:10] == HOSTILE[6:10]


@pytest.mark.parametrize("format_", [*ENDINGS, "terminal", "json"])
def test_the_program_in_github_actions(broken: Path, format_: str) -> None:
    """A record with hostile keys and values, through the program as it is run there."""
    record = broken / "units" / "loket" / "nonconformities" / "NC-LOKET-2024-003.yaml"
    hostile = {f"::error::kunci {number}": text for number, text in enumerate(HOSTILE)}
    keys = "".join(f"{json.dumps(text)}: {json.dumps(text)}\n" for text in (*hostile, *hostile.values()))
    with record.open("a", encoding="utf-8") as stream:
        stream.write(keys)
    if sys.platform != "win32":  # where no file is called that
        (broken / "::error::berkas ##[error].yaml").write_text("a: 1\n", encoding="utf-8")
    done = run("check", "--root", str(broken), "--as-of", DAY, "--format", format_, GITHUB_ACTIONS="true")
    assert done.returncode == 1, done.stderr
    named = Counter(commands(done.stdout + done.stderr))
    assert sum(named.values()) == (len(OURS.findall(done.stdout)) if format_ == "github" else 0)
    assert set(named) <= {"error", "warning", "notice"}
