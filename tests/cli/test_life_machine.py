"""A state machine drives the real commands against a model: whatever people try, what stands on disk is a valid life.

The model holds each nonconformity as data. It says what an accepted step adds and which steps its state forbids; all
else (whose hand it must be, the order of the days) is left to the rules, whose errors may never reach the disk.
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import islice, product
from pathlib import Path
from typing import Any

import pytest
import typer.main
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from mpp_qms.cli import app, context, desk
from mpp_qms.records.nonconformity import Life, life
from mpp_qms.register import build
from mpp_qms.rules import check
from mpp_qms.steps.amend import typed
from mpp_qms.steps.possible import possible
from mpp_qms.store.attachments import of_repository
from mpp_qms.store.rendering import as_read
from mpp_qms.store.repository import load
from mpp_qms.store.yaml_text import parse
from tests.factories import as_text, mall, record

TODAY = date(2024, 12, 31)
MADE: dict[str, Any] = {}
Data = dict[str, Any]
#: The mall without what nonconformities do not name.
FILES = {path: text for path, text in as_text(mall()).items() if not path.startswith(("evidence/", "reviews/"))}

PEOPLE = ("P-001", "P-002", "P-003", "P-005", "P-006", "P-011", "P-021", "P-022", "P-023", "P-031")
UNITS = ("dpmptsp", "kependudukan", "imigrasi")
GRADES = ("major", "minor", "observation", "ofi")
RESULTS = ("implemented", "not-implemented", "effective", "not-effective")


def people(*likely: str) -> st.SearchStrategy[str]:
    """A staff code: mostly one of those whose hand it should be."""
    return st.sampled_from([*likely * 6, *PEOPLE, "P-999"])


texts = st.sampled_from(
    [
        "Gerai kosong",
        "  Dua blank\nbaris kedua",
        "7.3",
        "# bukan: catatan",
        'it\'s "ini"',
        "2024-05-05",
        "a\n\nb\n",
        " ",
    ]
)
#: Days after the last fact; now and then before it.
gaps = st.sampled_from([0, 0, 1, 3, 10, 30, -5, -400])
whiches = st.integers(0, 1)
languages = st.sampled_from(["en", "id"])


def grew(before: Any, after: Any) -> bool:
    """True where nothing that stood there has vanished or changed."""
    if isinstance(before, dict):
        return isinstance(after, dict) and all(key in after and grew(before[key], after[key]) for key in before)
    if isinstance(before, list):
        return isinstance(after, list) and len(after) >= len(before) and all(map(grew, before, after))
    return bool(before == after)


def kept(**keys: Any) -> Data:
    """An entry of a record as it is read: what was not given, or only blanks, is left out."""
    given = {key.rstrip("_"): as_read(value) for key, value in keys.items() if value is not None and value != []}
    return {key: value for key, value in given.items() if not isinstance(value, str) or value.strip()}


def actions(data: Data) -> Iterator[Data]:
    yield from data.get("corrections", [])
    yield from data.get("actions", [])


def days_in(value: Any) -> Iterator[date]:
    if isinstance(value, dict):
        if "date" in value:
            yield date.fromisoformat(value["date"])
        value = list(value.values())
    for item in value if isinstance(value, list) else ():
        yield from days_in(item)


class LifeOfNonconformities(RuleBasedStateMachine):
    """Up to two nonconformities, and everything that can be done to them from the terminal."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        for module in (context, desk):
            self.patch.setattr(module, "today", lambda qms: TODAY)
        self.patch.setattr(sys, "argv", ["mpp-qms"])
        # to make the commands takes longer than all they do; their help, which is put into a language, is not shown
        by_name = MADE.setdefault("build", cache(app.build))
        self.patch.setattr(app, "build", lambda words: by_name(tuple(words[:1])))
        get_command = MADE.setdefault("get_command", cache(typer.main.get_command))
        self.patch.setattr(typer.main, "get_command", get_command)
        self.patch.setattr(app, "localise", lambda command, tr: None)
        self.root = Path(tempfile.mkdtemp())
        for path, text in FILES.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(text, encoding="utf-8", newline="\n")
        self.model: dict[str, Data] = {}
        self.remarks: dict[str, int] = {}
        #: Where something was done that is not by the book.
        self.wild: set[str] = set()

    def teardown(self) -> None:
        self.patch.undo()
        shutil.rmtree(self.root)

    # --- the program and the disk ---

    def program(self, *words: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = app.run([*words, "--root", str(self.root)])
        assert "Traceback" not in err.getvalue()
        return code, out.getvalue(), err.getvalue()

    def disk(self) -> dict[str, bytes]:
        files = {path.relative_to(self.root).as_posix(): path for path in self.root.rglob("*") if path.is_file()}
        # beside the records lies the lock
        return {name: path.read_bytes() for name, path in files.items() if not name.startswith(".mpp-qms/")}

    def path(self, id_: str) -> str:
        return f"units/{id_.split('-')[1].lower()}/nonconformities/{id_}.yaml"

    def attempt(self, words: list[str], **options: Any) -> tuple[int, str, set[str]]:
        """Run a command that writes; its exit code, its answer, and the files it changed."""
        before = self.disk()
        for name, value in options.items():
            for text in value if isinstance(value, list) else [value]:
                if text is not None:
                    words += [f"--{name.rstrip('_').replace('_', '-')}", str(text)]
        code, out, err = self.program(*words)
        after = self.disk()
        changed = {path for path in {*before, *after} if before.get(path) != after.get(path)}
        assert code in (0, 1, 2), err
        if code:
            assert not changed, err
            assert err
        if code == 1:
            assert re.search(r"^[A-Z]{3}[0-9]{3}: ", err, re.MULTILINE), err
            assert "Nothing was written." in err or "Tidak ada yang ditulis." in err
        return code, out, changed

    # --- the model ---

    def pick(self, which: int) -> tuple[str, Data]:
        ids = sorted(self.model)
        id_ = ids[which % len(ids)]
        return id_, self.model[id_]

    def life(self, data: Data) -> Life:
        return life(record("nonconformity", data), TODAY)

    def day(self, data: Data, gap: int) -> date:
        """So many days after the last fact, before today."""
        return min(max(days_in(data)) + timedelta(gap), TODAY - timedelta(1))

    def over(self, words: str, data: Data, action: str | None) -> bool:
        """What its state forbids, whoever tries."""
        status = self.life(data).status
        named = next((entry for entry in actions(data) if entry["id"] == action), None)
        if words == "nc respond":
            return "external" not in data or "closed" in data["external"]
        if words in ("nc reopen", "nc amend"):
            return status != "closed" and words == "nc reopen"
        return (
            status in ("void", "closed")
            or (words == "nc issue" and "issued" in data)
            or (named is not None and ("done" in named or "cancelled" in named))
            or (words == "nc verify" and status not in ("implemented", "verified"))
        )

    def step(self, which: int, words: str, *, action: str | None = None, after: Any, **options: Any) -> int:
        """Take a step; `after` changes the data as an accepted one does."""
        id_, data = self.pick(which)
        over = self.over(words, data, action)
        code, _, changed = self.attempt([*words.split(), id_, *([action] if action else [])], **options)
        if code == 0:
            assert not over
            assert changed == {self.path(id_)}
            wanted = copy.deepcopy(data)
            after(wanted)
            assert words == "nc amend" or grew(data, wanted)
            self.model[id_] = wanted
            self.wild.add(id_)
        return code

    # --- what holds after every step ---

    @invariant()
    def what_stands_on_disk_is_what_the_model_holds(self) -> None:
        for id_, data in self.model.items():
            text = (self.root / self.path(id_)).read_bytes().decode("utf-8")
            assert parse(text) == data
            assert text.count("# catatan") == self.remarks[id_]

    @invariant()
    def check_finds_no_error(self) -> None:
        read = load(self.root)
        found = check.findings(build(read, TODAY, TODAY, of_repository(read)), read.files)
        assert [(entry.path, entry.code) for entry in found if entry.severity == "error"] == []

    @invariant()
    def its_status_is_told(self) -> None:
        for id_, data in self.model.items():
            code, out, _ = self.program("nc", "show", id_, "--format", "json")
            assert code == 0
            assert json.loads(out)["status"] == self.life(data).status

    # --- the steps ---

    @initialize(language=languages)
    def settle(self, language: str) -> None:
        self.patch.setenv("MPP_QMS_LANG", language)

    @precondition(lambda self: len(self.model) < 2)
    @rule(
        unit=st.sampled_from([*UNITS * 3, "pajak"]),
        grade=st.sampled_from([*GRADES, "minor", "minor", "ungraded"]),
        source=st.sampled_from(["self", "complaint: Nomor 12", "external-audit", "internal-audit:IA-2024-01"]),
        detected=st.sampled_from([*["2024-03-01", "2024-05-20"] * 4, "2023-01-01", "2025-02-01"]),
        by=people("P-022", "P-005"),
        statement=texts,
        body=st.sampled_from([None, None, "gci", "ombudsman"]),
        issued=st.sampled_from([None, "2024-05-21"]),
    )
    def add(
        self,
        unit: str,
        grade: str,
        source: str,
        detected: str,
        by: str,
        statement: str,
        body: str | None,
        issued: str | None,
    ) -> None:
        given = {"criterion": "Gerai dibuka", "evidence": "Kosong 10.15", "statement": statement}
        code, out, changed = self.attempt(
            ["nc", "add", "--format", "json"],
            unit=unit,
            title="Gerai: kosong",
            grade=grade,
            clause=["8.5.1", "7.2"],
            source=source,
            detected=detected,
            by=by,
            body=body,
            issued=issued,
            response_due="2024-09-01" if body else None,
            **given,
        )
        if code:
            return
        id_ = json.loads(out)["id"]
        assert changed == {self.path(id_)}
        kind, _, ref = source.partition(":")
        external = kept(
            body=body,
            grade=grade if grade != "ungraded" else None,
            clause="8.5.1",
            response_due="2024-09-01",
        )
        self.model[id_] = kept(
            id=id_,
            unit=unit,
            title="Gerai: kosong",
            grade=grade,
            source=kept(kind=kind, ref=ref.strip()),
            detected={"date": detected, "by": by},
            issued={"date": issued, "by": by} if issued else None,
            clauses=["8.5.1", "7.2"],
            external=external if body else None,
            **given,
        )
        self.remarks[id_] = 0

    @precondition(lambda self: self.model)
    @rule(which=whiches, gap=gaps, by=people("P-002", "P-005"))
    def issue(self, which: int, gap: int, by: str) -> None:
        day = self.day(self.pick(which)[1], gap)
        self.step(which, "nc issue", date=day, by=by, after=lambda data: data.update(issued=kept(date=day, by=by)))

    @precondition(lambda self: self.model)
    @rule(
        which=whiches,
        words=st.sampled_from(["nc correct", "action add"]),
        gap=gaps,
        owner=people("P-021", "P-022"),
        due=st.sampled_from([0, 7, 30, -20]),
        what=texts,
    )
    def to_do(self, which: int, words: str, gap: int, owner: str, due: int, what: str) -> None:
        day = self.day(self.pick(which)[1], gap)
        name, letter = ("corrections", "C") if words == "nc correct" else ("actions", "A")

        def after(data: Data) -> None:
            entries = data.setdefault(name, [])
            id_ = f"{letter}{len(entries) + 1}"
            entries.append(kept(id=id_, added=day, what=what, owner=owner, due=day + timedelta(due)))

        self.step(which, words, date=day, what=what, owner=owner, due=day + timedelta(due), after=after)

    @precondition(lambda self: self.model)
    @rule(
        which=whiches,
        words=st.sampled_from(["done", "done", "done", "extend", "reassign", "cancel"]),
        place=st.integers(0, 3),
        gap=gaps,
        by=people("P-021", "P-023"),
        to=people("P-022"),
        reason=texts,
    )
    def act(self, which: int, words: str, place: int, gap: int, by: str, to: str, reason: str) -> None:
        known = [entry["id"] for entry in actions(self.pick(which)[1])] or ["A1"]
        self.of_action(which, words, known[place % len(known)], gap, by, to, reason)

    def of_action(self, which: int, words: str, action: str, gap: int, by: str, to: str, reason: str) -> None:
        day = self.day(self.pick(which)[1], gap)
        later = day + timedelta(14)
        options: dict[str, Any] = {"date": day, "by": by}
        if words == "done":
            options["evidence"] = [reason.strip()] if reason.strip() else []
            entry = {"done": kept(date=day, by=by, evidence=options["evidence"])}
        elif words == "extend":
            options |= {"to": later, "reason": reason}
            entry = {"extensions": kept(date=day, to=later, reason=reason, approved_by=by)}
        elif words == "reassign":
            options["to"] = to
            entry = {"reassigned": kept(date=day, to=to, by=by)}
        else:
            options["reason"] = reason
            entry = {"cancelled": kept(date=day, by=by, reason=reason)}

        def after(data: Data) -> None:
            (found,) = (found for found in actions(data) if found["id"] == action)
            for key, value in entry.items():
                if key in ("done", "cancelled"):
                    found[key] = value
                else:
                    found.setdefault(key, []).append(value)

        self.step(which, f"action {words}", action=action, after=after, **options)

    def entered(self, which: int, words: str, name: str, told: Data, by_name: str = "by", **options: Any) -> int:
        """A step that adds an entry to a list: what is given stands in it by the same names, but for those told."""
        entry = kept(**({by_name if key == "by" else key: value for key, value in options.items()} | told))
        return self.step(which, words, after=lambda data: data.setdefault(name, []).append(entry), **options)

    @precondition(lambda self: self.model)
    @rule(which=whiches, gap=gaps, by=people("P-021"), root_=texts, why=st.lists(texts.filter(str.strip), max_size=2))
    def analyse(self, which: int, gap: int, by: str, root_: str, why: list[str]) -> None:
        day = self.day(self.pick(which)[1], gap)
        told = {"whys": why, "why": None}
        self.entered(
            which,
            "nc analyse",
            "causes",
            told,
            date=day,
            by=by,
            method="5-whys",
            why=why,
            root=root_,
            category="system",
        )

    @precondition(lambda self: self.model)
    @rule(which=whiches, gap=gaps, by=people("P-023"), no_action=st.sampled_from([None, None, "Cukup dikoreksi"]))
    def plan(self, which: int, gap: int, by: str, no_action: str | None) -> None:
        day = self.day(self.pick(which)[1], gap)
        told: Data = {}
        self.entered(which, "nc plan", "plans", told, "approved_by", date=day, by=by, no_action=no_action)

    @precondition(lambda self: self.model)
    @rule(which=whiches, gap=gaps, by=people("P-005"), unit=st.sampled_from(UNITS), found=st.booleans(), note=texts)
    def read_across(self, which: int, gap: int, by: str, unit: str, found: bool, note: str) -> None:
        day = self.day(self.pick(which)[1], gap)
        options = {"unit": unit, "found": "yes" if found else "no", "note": note}
        self.entered(which, "nc read-across", "read_across", {"found": found}, date=day, by=by, **options)

    @precondition(lambda self: self.model)
    @rule(which=whiches, gap=gaps, by=people("P-002"), step=st.sampled_from(["cause", "plan"]), reason=texts)
    def send_back(self, which: int, gap: int, by: str, step: str, reason: str) -> None:
        day = self.day(self.pick(which)[1], gap)
        entry = kept(date=day, by=by, step=step, reason=reason)
        self.step(
            which,
            "nc return",
            after=lambda data: data.setdefault("returned", []).append(entry),
            date=day,
            by=by,
            step_=step,
            reason=reason,
        )

    @precondition(lambda self: self.model)
    @rule(which=whiches, gap=gaps, by=people("P-005"), result=st.sampled_from([*RESULTS, "effective"]))
    def verify(self, which: int, gap: int, by: str, result: str) -> None:
        day = self.day(self.pick(which)[1], gap)
        self.entered(which, "nc verify", "verifications", {}, date=day, by=by, result=result, sample="10 hari")

    @precondition(lambda self: self.model)
    @rule(which=whiches, gap=gaps, by=people("P-002"), cosigned_by=st.none() | people("P-003"), risks=texts)
    def close(self, which: int, gap: int, by: str, cosigned_by: str | None, risks: str) -> None:
        day = self.day(self.pick(which)[1], gap)
        self.entered(which, "nc close", "closures", {}, date=day, by=by, cosigned_by=cosigned_by, risks=risks)

    @precondition(lambda self: self.model)
    @rule(which=whiches, gap=gaps, by=people("P-002"), reason=texts)
    def reopen(self, which: int, gap: int, by: str, reason: str) -> None:
        day = self.day(self.pick(which)[1], gap)
        self.entered(which, "nc reopen", "reopened", {}, date=day, by=by, reason=reason)

    @precondition(lambda self: self.model)
    @rule(which=whiches, gap=gaps, by=people("P-002"), to=st.sampled_from(GRADES), reason=texts)
    def grade(self, which: int, gap: int, by: str, to: str, reason: str) -> None:
        day = self.day(self.pick(which)[1], gap)
        self.entered(which, "nc grade", "regraded", {}, "approved_by", date=day, by=by, to=to, reason=reason)

    @precondition(lambda self: self.model)
    @rule(which=whiches, gap=gaps, by=people("P-002"), to=st.sampled_from(UNITS), reason=texts)
    def transfer(self, which: int, gap: int, by: str, to: str, reason: str) -> None:
        day = self.day(self.pick(which)[1], gap)
        self.entered(which, "nc transfer", "transferred", {}, date=day, by=by, to=to, reason=reason)

    @precondition(lambda self: self.model)
    @rule(which=whiches, gap=gaps, by=people(), reason=texts)
    def void(self, which: int, gap: int, by: str, reason: str) -> None:
        day = self.day(self.pick(which)[1], gap)
        entry = kept(date=day, by=by, reason=reason)
        self.step(which, "nc void", after=lambda data: data.update(void=entry), date=day, by=by, reason=reason)

    @precondition(lambda self: any("external" in data for data in self.model.values()))
    @rule(
        which=whiches,
        gap=gaps,
        what=st.lists(st.sampled_from(["submitted", "result", "closed"]), unique=True, min_size=1, max_size=2),
        result=st.sampled_from(["accepted", "returned"]),
        next_due=st.booleans(),
    )
    def respond(self, which: int, gap: int, what: list[str], result: str, next_due: bool) -> None:
        day = self.day(self.pick(which)[1], gap)
        options: dict[str, Any] = {"date": day}
        options |= {name: day for name in what if name != "result"}
        if "result" in what:
            options |= {"result": result, "next_due": day + timedelta(30) if next_due else None}

        def after(data: Data) -> None:
            external = data["external"]
            waiting = [entry for entry in external.get("responses", []) if "result" not in entry]
            if "result" in what:
                waiting[-1].update(kept(decided=day, result=result, next_due=options["next_due"]))
            if "submitted" in what:
                external.setdefault("responses", []).append(kept(submitted=day))
            if "closed" in what:
                external["closed"] = day.isoformat()

        self.step(which, "nc respond", after=after, **options)

    @precondition(lambda self: self.model)
    @rule(
        which=whiches,
        gap=gaps,
        by=people("P-002"),
        field=st.sampled_from(
            ["title", "statement", "detected.date", "actions.A1.due", "causes.0.root", "source.kind", "id", "clauses.1"]
        ),
        to=texts | st.sampled_from(["2024-04-01", "2024-12-01", "8.5.2", "survey"]),
        reason=texts,
    )
    def amend(self, which: int, gap: int, by: str, field: str, to: str, reason: str) -> None:
        day = self.day(self.pick(which)[1], gap)

        def after(data: Data) -> None:
            *way, last = field.split(".")
            found: Any = data
            for part in way:
                found = found[0 if part == "A1" else int(part) if part.isdecimal() else part]
            key = int(last) if isinstance(found, list) else last
            entry = kept(date=day, by=by, field=field, from_=found[key], to=typed(to, found[key]), reason=reason)
            found[key] = entry["to"]
            data.setdefault("amended", []).append(entry)

        self.step(which, "nc amend", after=after, date=day, by=by, field=field, to=to, reason=reason)

    # --- by the book, and by hand ---

    @precondition(lambda self: self.model)
    @rule(which=whiches, steps=st.sampled_from([1, 2, 3, 7]), gap=st.sampled_from([1, 5, 20]))
    def by_the_book(self, which: int, steps: int, gap: int) -> None:
        """The next steps of a life, each by whom it should be: where nobody did otherwise before, each is accepted."""
        id_, data = self.pick(which)
        wild = id_ in self.wild or "external" in data or data["grade"] == "ungraded"
        for _ in range(steps):
            before = data = self.pick(which)[1]
            open_ = [
                entry["id"] for entry in data.get("actions", []) if "done" not in entry and "cancelled" not in entry
            ]
            status = self.life(data).status
            if status in ("open", "corrected", "reopened"):
                self.analyse(which, gap, "P-021", "Tidak ada jadwal pengganti", [])
            elif status == "analysed" and not open_:
                self.to_do(which, "action add", 0, "P-021", 14, "Jadwal pengganti")
            elif status == "analysed":
                self.plan(which, gap, "P-023", None)
            elif status == "planned" and open_:
                self.of_action(which, "done", open_[0], gap, "P-021", "P-021", "Jadwal")
            elif status == "implemented":
                self.verify(which, gap, "P-005", "effective")
            elif status == "verified":
                self.close(which, gap, "P-002", "P-003", "Tidak ada")
            else:
                assert status in ("closed", "void") or wild
                break
            if not wild:
                self.wild.discard(id_)
                assert self.model[id_] != before

    @precondition(lambda self: self.model)
    @rule(which=whiches, how=st.sampled_from(["remark", "crlf", "no end"]), place=st.integers(0, 50))
    def by_hand(self, which: int, how: str, place: int) -> None:
        """What people do to a file in an editor, which no step may undo."""
        id_, _ = self.pick(which)
        path = self.root / self.path(id_)
        text = path.read_bytes().decode("utf-8")
        if how == "remark":
            keys = [match.start() for match in re.finditer(r"^[a-z_]+:", text, re.MULTILINE)]
            at = keys[place % len(keys)]
            text = f"{text[:at]}# catatan\n{text[at:]}" if "\r" not in text else f"{text[:at]}# catatan\r\n{text[at:]}"
            self.remarks[id_] += 1
        elif how == "crlf":
            text = re.sub(r"(?<!\r)\n", "\r\n", text)
        else:
            text = text.rstrip("\r\n")
        path.write_bytes(text.encode("utf-8"))

    @precondition(lambda self: self.model)
    @rule(which=whiches, place=st.integers(0, 20))
    def what_can_be_done(self, which: int, place: int) -> None:
        """A command that `nc show` names is accepted, when the right person gives it."""
        id_, _ = self.pick(which)
        text = (self.root / self.path(id_)).read_bytes().decode("utf-8")
        listed = list(possible(self.root, self.path(id_), text, TODAY))
        if not listed:
            return
        words = listed[place % len(listed)].command.split()[1:]
        answers: dict[str, tuple[str, ...]] = {
            "--by": PEOPLE,
            "--to": {"grade": GRADES, "transfer": UNITS, "extend": ("2025-01-31",)}.get(words[1], PEOPLE),
            "--result": ("accepted", "returned") if words[1] == "respond" else RESULTS,
            "--step": ("cause", "plan"),
            "--owner": PEOPLE,
            "--cosigned-by": PEOPLE,
            "--due": ("2025-01-31",),
            "--unit": UNITS,
            "--found": ("no",),
            "--submitted": (TODAY.isoformat(),),
            "--closed": (TODAY.isoformat(),),
        }
        trials = [
            trial
            for asked in OPTIONS[" ".join(words[:2])]
            for trial in islice(product(*(product([name], answers.get(name, ("Alasan",))) for name in asked)), 150)
        ]
        assert any(
            self.program(*words, *(word for pair in trial for word in pair), "--dry-run")[0] == 0 for trial in trials
        ), words


#: What each command may be given, whoever gives it last: that changes fastest.
OPTIONS = {
    "nc issue": [["--by"]],
    "nc correct": [["--what", "--due", "--owner"]],
    "nc analyse": [["--root", "--by"]],
    "nc plan": [["--by"]],
    "nc read-across": [["--found", "--unit", "--by"]],
    "nc return": [["--reason", "--step", "--by"]],
    "nc verify": [["--result", "--by"]],
    "nc close": [["--by", "--cosigned-by"]],
    "nc reopen": [["--reason", "--by"]],
    "nc grade": [["--reason", "--to", "--by"]],
    "nc transfer": [["--reason", "--to", "--by"]],
    "nc void": [["--reason", "--by"]],
    "action add": [["--what", "--due", "--owner"]],
    "action done": [["--by"]],
    "action extend": [["--reason", "--to", "--by"]],
    "action reassign": [["--to", "--by"]],
    "action cancel": [["--reason", "--by"]],
    "nc respond": [["--submitted"], ["--result"], ["--closed"]],
}


def test_a_life_by_the_book_is_accepted_to_its_end() -> None:
    machine = LifeOfNonconformities()
    try:
        machine.settle(language="en")
        machine.add("kependudukan", "major", "self", "2024-03-01", "P-022", "Gerai kosong", None, "2024-05-21")
        machine.to_do(0, "nc correct", 0, "P-021", 7, "Gerai dijaga")
        machine.of_action(0, "done", "C1", 1, "P-021", "P-021", "Jadwal")
        machine.wild.clear()
        machine.by_the_book(0, 7, 5)
        machine.what_stands_on_disk_is_what_the_model_holds()
        (data,) = machine.model.values()
        assert machine.life(data).status == "closed"
    finally:
        machine.teardown()


_LONG = settings().max_examples > 1000
TestLife = LifeOfNonconformities.TestCase
TestLife.settings = settings(max_examples=500 if _LONG else 40, stateful_step_count=60 if _LONG else 25)
