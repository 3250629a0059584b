"""What hypothesis makes up: the facts of nonconformities, and files as a disk may hold them.

Everything is plain data as the reader gives it; days are ISO texts, which sort as they count. There are few days and
few people, so that facts fall on the same day and owners approve their own actions as often as not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

Data = dict[str, Any]

#: Detection is on the first of these.
DAYS = [f"2024-01-{number:02}" for number in range(1, 13)]
days = st.sampled_from(DAYS)
people = st.sampled_from(["P-001", "P-002", "P-021", "P-022"])
UNITS = ["dpmptsp", "kependudukan", "imigrasi"]


def _entries(required: dict[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]) -> Any:
    return st.lists(st.fixed_dictionaries(required, optional=optional), max_size=3)


_dated = {"date": days, "by": people}


@st.composite
def actions(draw: st.DrawFn, letter: str) -> list[Data]:
    """Up to three actions, each perhaps added later, extended, handed on, done, cancelled."""
    one = st.fixed_dictionaries(
        {"what": st.just("Kerjakan"), "owner": people, "due": days},
        optional={
            "added": days,
            "extensions": _entries({"date": days, "to": days}, approved_by=people),
            "reassigned": _entries({"date": days, "to": people}),
            "done": st.fixed_dictionaries({"date": days}),
            "cancelled": st.fixed_dictionaries(
                {"date": days, "reason": st.just("Tidak perlu")}, optional={"by": people}
            ),
        },
    )
    found = draw(st.lists(one, max_size=3))
    return [{"id": f"{letter}{number}", **action} for number, action in enumerate(found, 1)]


externals = st.fixed_dictionaries(
    {"body": st.sampled_from(["gci", "ombudsman"])},
    optional={
        "grade": st.sampled_from(["major", "minor", "observation", "ofi"]),
        "response_due": days,
        "responses": st.lists(
            st.one_of(
                st.fixed_dictionaries({"submitted": days}),
                st.fixed_dictionaries(
                    {"submitted": days, "decided": days, "result": st.sampled_from(["accepted", "returned"])},
                    optional={"next_due": days},
                ),
            ),
            max_size=3,
        ),
        "closed": days,
    },
)

_plan = st.fixed_dictionaries(
    {"date": days}, optional={"approved_by": people, "verify_by": days, "no_action": st.just("Sudah cukup")}
)

#: Every fact that can be told of a nonconformity, in any combination the format lets through.
nonconformities: st.SearchStrategy[Data] = st.fixed_dictionaries(
    {
        "id": st.just("NC-KEPENDUDUKAN-2024-001"),
        "unit": st.just("kependudukan"),
        "title": st.just("Gerai kosong"),
        "grade": st.sampled_from(["major", "minor", "observation", "ofi", "ungraded"]),
        "source": st.sampled_from([{"kind": "evaluation"}, {"kind": "external-audit"}]),
        "detected": st.fixed_dictionaries({"date": st.just(DAYS[0])}, optional={"by": people}),
        "clauses": st.sampled_from([["8.5.1"], ["7.3"], ["9.1.2"]]),
    },
    optional={
        "issued": st.fixed_dictionaries({"date": days}),
        "corrections": actions("C"),
        "causes": _entries(_dated),
        "plans": st.lists(_plan, max_size=3),
        "actions": actions("A"),
        "read_across": _entries({"unit": st.sampled_from(UNITS), "date": days, "found": st.booleans()}),
        "returned": _entries({"date": days, "step": st.sampled_from(["cause", "plan"])}),
        "verifications": _entries(
            {
                "date": days,
                "result": st.sampled_from(["implemented", "not-implemented", "effective", "not-effective"]),
            }
        ),
        "closures": _entries(_dated),
        "reopened": _entries(_dated),
        "regraded": _entries({"date": days, "to": st.sampled_from(["major", "minor", "observation", "ofi"])}),
        "transferred": _entries({"date": days, "to": st.sampled_from(UNITS)}),
        "void": st.fixed_dictionaries(_dated),
        "external": externals,
    },
)


# --- facts up to a day, on the data itself ---


def as_known(nc: Data, day: str) -> Data:
    """The nonconformity with only the facts dated up to a day; terms (due days, verify_by, response_due) stay."""

    def dated(entries: list[Data]) -> list[Data]:
        return [entry for entry in entries if entry["date"] <= day]

    def action(found: Data) -> Data:
        kept = dict(found)
        for key in ("extensions", "reassigned"):
            if key in kept:
                kept[key] = dated(kept[key])
        for key in ("done", "cancelled"):
            if key in kept and kept[key]["date"] > day:
                del kept[key]
        return kept

    def response(found: Data) -> Data:
        if found.get("decided", "") > day:
            return {"submitted": found["submitted"]}
        return found

    kept: Data = {}
    for key, value in nc.items():
        if key in ("corrections", "actions"):
            kept[key] = [action(entry) for entry in value if entry.get("added", day) <= day]
        elif key == "external":
            outside = dict(value)
            if outside.get("closed", "") > day:
                del outside["closed"]
            answers = [response(entry) for entry in outside.get("responses", []) if entry["submitted"] <= day]
            kept[key] = outside | {"responses": answers}
        elif key in ("issued", "void"):
            if value["date"] <= day:
                kept[key] = value
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            kept[key] = dated(value)
        else:
            kept[key] = value
    return kept


# --- files ---

_FRAGMENTS = [
    *("\t", "#", "- ", ": ", "'", '"', "[", "]", "{", "}", "&a ", "*a", "!", "!!str ", "<<: *a\n", "---\n", "...\n"),
    *("%YAML 1.2\n", "\r", "\r\n", "\n", "\x00", "\ufeff", "\x85", "\u2028", "|", "> ", "|+\n", "|2\n", ">-\n", "? "),
    *("\\", "\\x", "\\ud800", "\\U00110000", "\x1b", "0", "-", "~", "null", "true", "@", "`", ",", "  ", "\xa0", "é"),
    *("😀", "\n\t", "9" * 30, "2024-13-45", "x-", "\u202e", "[" * 40, "{a: " * 40, "key:\tvalue\n", "\ud7ff", "\uffff"),
]
_fragments = st.sampled_from(_FRAGMENTS) | st.text(max_size=4)
Change = Callable[[str], str]


@st.composite
def _changes(draw: st.DrawFn) -> Change:
    """One change to a text: something put in, taken out, written over; lines doubled, lost, moved, indented."""
    where = draw(st.floats(0, 1, exclude_max=True))
    there = draw(st.floats(0, 1, exclude_max=True))
    what = draw(
        st.sampled_from(["insert", "delete", "replace", "double line", "lose line", "move line", "indent line"])
    )
    piece = draw(_fragments) if what in ("insert", "replace") else ""
    length = draw(st.integers(1, 8))

    def change(text: str) -> str:
        if what == "insert":
            at = int(where * (len(text) + 1))
            return text[:at] + piece + text[at:]
        if what in ("delete", "replace"):
            at = int(where * (len(text) + 1))
            return text[:at] + piece + text[at + length :]
        lines = text.split("\n")
        at, to = int(where * len(lines)), int(there * len(lines))
        if what == "double line":
            lines.insert(to, lines[at])
        elif what == "lose line":
            del lines[at]
        elif what == "move line":
            lines.insert(to, lines.pop(at))
        else:
            lines[at] = " " * length + lines[at]
        return "\n".join(lines)

    return change


@st.composite
def mutated(draw: st.DrawFn, texts: list[str]) -> str:
    """One of some texts after up to four changes."""
    text = draw(st.sampled_from(texts))
    for change in draw(st.lists(_changes(), min_size=1, max_size=4)):
        text = change(text)
    return text


@st.composite
def mutated_bytes(draw: st.DrawFn, texts: list[str]) -> bytes:
    """One of some texts as bytes, after changes to the text and then to single bytes."""
    found = bytearray(draw(mutated(texts)).encode("utf-8", "surrogatepass"))
    for where, value in draw(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=3)):
        if found:
            found[int(where * len(found))] = value
    return bytes(found)
