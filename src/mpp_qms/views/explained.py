"""What the program knows, for people and for programs: clauses, rules, policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from mpp_qms.catalogue import Clause, Standard
from mpp_qms.messages import N_, Message, Translate, Translator, in_language
from mpp_qms.readiness.cells import Cell
from mpp_qms.readiness.explain import Counted
from mpp_qms.records.policy import DEFAULT, EXPLAINED, Policy
from mpp_qms.rules.registry import Rule
from mpp_qms.views import json
from mpp_qms.views.terminal.audit import explained as cells_explained
from mpp_qms.views.terminal.style import Style, joined
from mpp_qms.words import word

#: The cells of a clause, each with the records that were looked at for it.
Cells = Sequence[tuple[Cell, Sequence[Counted]]]

_APPLICABILITY = {
    "A": N_("It applies at every mall; it cannot be declared not applicable."),
    "A-limited": N_("It applies in a small form."),
    "CLAIM-NA": N_("Often declared not applicable, but an auditor will challenge it."),
    "conditional": N_("It applies where its condition holds; else it is declared not applicable, with reasons."),
}
_SHOWN_BY = {"document": N_("documents"), "audit": N_("an internal audit")}


def tree(standard: Standard, tr: Translator, style: Style, *, as_json: bool) -> str:
    """All clauses, headings in bold, each with its title and the keys it expects."""
    if as_json:
        rows = [
            {"clause": entry.number, "title": in_language(entry.title, tr), "heading": entry.heading}
            for entry in standard.clauses.values()
        ]
        return json.text({"schema": "mpp-qms.clauses/1", "edition": standard.edition, "clauses": rows})
    lines = [style.paint(line, "bold") for line in style.wrap(in_language(standard.title, tr))]
    for entry in standard.clauses.values():
        indent = "  " * entry.number.count(".")
        keys = f" [{', '.join(entry.expects)}]" if entry.expects else ""
        wrapped = style.wrap(in_language(entry.title, tr) + keys, f"{indent}{entry.number:<8} ")
        lines += [style.paint(line, "bold") for line in wrapped] if entry.heading else wrapped
    return joined(lines)


def clause(
    entry: Clause, standard: Standard, held: Cells | None, tr: Translator, style: Style, *, as_json: bool
) -> str:
    """One clause: what an auditor asks, what shows it, what is kept, and what this mall has for it."""
    if as_json:
        return json.text(_clause_json(entry, standard, held, tr))
    lines = [style.paint(line, "bold") for line in style.wrap(f"{entry.number} {in_language(entry.title, tr)}")]
    lines += style.wrap(in_language(standard.title, tr))
    if entry.heading:
        below = tuple(leaf for leaf in standard.leaves_of(entry.number))
        lines += style.wrap(Message(N_("A heading; its requirements stand in {clauses}."), {"clauses": below}).show(tr))
        return joined(lines)
    if entry.applicability is not None:
        lines += style.wrap(tr(_APPLICABILITY[entry.applicability]))
    if entry.applicability_note is not None:
        lines += style.wrap(in_language(entry.applicability_note, tr))
    levels = {"site": N_("the site as a whole"), "unit": N_("every unit"), "both": N_("the site and every unit")}
    shown = tuple(Message(_SHOWN_BY[name]) for name in ("document", "audit") if name in entry.shown_by)
    text = Message(
        N_("Assessed for: {level}. Shown by: {shown}."),
        {"level": Message(levels[entry.assessed or "site"]), "shown": shown},
    )
    lines += ["", *style.wrap(text.show(tr))]
    for title, texts in ((N_("To be maintained"), entry.maintain), (N_("To be retained"), entry.retain)):
        if texts is not None:
            lines += ["", style.paint(tr(title), "bold"), *style.wrap(in_language(texts, tr), "  ")]
    language = tr.language
    for title, items in ((N_("An auditor asks"), entry.questions), (N_("Typical evidence"), entry.evidence)):
        lines += ["", style.paint(tr(title), "bold")]
        for item in items.get(language, ()):
            lines += style.wrap(item, "  - ")
    if entry.expects:
        lines += ["", style.paint(tr(N_("Keys it expects (shows: in evidence)")), "bold")]
        for key in entry.expects:
            expectation = standard.keys[key]
            lines += style.wrap(f"{key}: {in_language(expectation.title, tr)} ({_fresh(expectation, tr)})", "  - ")
            if expectation.note is not None:
                lines += style.wrap(in_language(expectation.note, tr).replace("`", ""), "    ")
    if held is not None:
        lines += ["", style.paint(tr(N_("What this mall has for it")), "bold")]
        lines.append(cells_explained(held, tr, style).rstrip("\n"))
    return joined(lines)


def _fresh(expectation: Any, tr: Translate) -> str:
    if expectation.quarterly:
        return tr(N_("every quarter"))
    if expectation.months is None:
        return tr(N_("until changed"))
    return Message(N_("every {months} months"), {"months": expectation.months}).show(tr)


def _clause_json(entry: Clause, standard: Standard, held: Cells | None, tr: Translator) -> dict[str, Any]:
    def texts(found: Any) -> str | None:
        return in_language(found, tr) if found is not None else None

    return {
        "schema": "mpp-qms.clause/1",
        "edition": standard.edition,
        "clause": entry.number,
        "title": in_language(entry.title, tr),
        "heading": entry.heading,
        "assessed": entry.assessed,
        "shown_by": sorted(entry.shown_by),
        "expects": [{"key": key, "title": in_language(standard.keys[key].title, tr)} for key in entry.expects],
        "applicability": entry.applicability,
        "applicability_note": texts(entry.applicability_note),
        "maintain": texts(entry.maintain),
        "retain": texts(entry.retain),
        "questions": list(entry.questions.get(tr.language, ())),
        "evidence": list(entry.evidence.get(tr.language, ())),
        "cells": None
        if held is None
        else [json.cell_of(cell, tr) | {"records": json.counted(counted, tr)} for cell, counted in held],
    }


def rules(entries: Sequence[Rule], tr: Translate, style: Style, *, as_json: bool) -> str:
    """All codes, a line each."""
    if as_json:
        return json.text({"schema": "mpp-qms.rules/1", "rules": [_rule_json(entry, tr) for entry in entries]})
    lines = []
    for entry in entries:
        lines += style.wrap(f"{tr(entry.title)} ({word(entry.severity).show(tr)})", f"{entry.code}  ")
    return joined(lines)


def rule(entry: Rule, tr: Translate, style: Style, *, as_json: bool) -> str:
    """The page of a rule: what, why, an example that breaks it, how to mend it."""
    if as_json:
        return json.text({"schema": "mpp-qms.rule/1", **_rule_json(entry, tr)})
    lines = [style.paint(line, "bold") for line in style.wrap(f"{entry.code}  {tr(entry.title)}")]
    severity = word(entry.severity).show(tr)
    if entry.legacy is not None:
        text = Message(
            N_("{severity}; in legacy records: {legacy}"), {"severity": severity, "legacy": word(entry.legacy)}
        )
        severity = text.show(tr)
    lines += [*style.wrap(severity), "", *style.wrap(tr(entry.why))]
    lines += style.wrap(Message(N_("Source: {source}"), {"source": entry.source}).show(tr))
    lines += ["", style.paint(tr(N_("An example that breaks it")), "bold")]
    lines += [f"    {line}" for line in entry.example.strip("\n").split("\n")]
    lines += ["", style.paint(tr(N_("How to mend it")), "bold"), *style.wrap(open_places(tr(entry.help)), "  ")]
    if entry.command is not None:
        lines += style.wrap(open_places(entry.command), "  $ ", "    ")
    return joined(lines)


def open_places(template: str) -> str:
    """A template for the page: its named places in angle brackets; those of hints fall away."""
    return template.replace("{hint}", "").replace("{", "<").replace("}", ">")


def _rule_json(entry: Rule, tr: Translate) -> dict[str, Any]:
    return {
        "code": entry.code,
        "severity": entry.severity,
        "legacy": entry.legacy,
        "title": tr(entry.title),
        "why": tr(entry.why),
        "source": entry.source,
        "example": entry.example,
        "help": open_places(tr(entry.help)),
        "command": open_places(entry.command) if entry.command is not None else None,
    }


def policy(in_force: Policy, tr: Translate, style: Style, *, as_json: bool) -> str:
    """Every key: what is in force, the default where it differs, the source and how sure it is."""
    values = {entry.key: (_value(in_force, entry.key), _value(DEFAULT, entry.key)) for entry in EXPLAINED}
    if as_json:
        rows = [
            {
                "key": entry.key,
                "value": values[entry.key][0],
                "default": values[entry.key][1],
                "unit": entry.unit,
                "what": tr(entry.what),
                "source": tr(entry.source),
                "confidence": entry.confidence,
            }
            for entry in EXPLAINED
        ]
        return json.text({"schema": "mpp-qms.policy/1", "policy": rows})
    sure = {
        "high": N_("certain"),
        "medium": N_("fairly certain"),
        "low": N_("uncertain: check it before you rely on it"),
    }
    lines = style.wrap(
        tr(N_("None of these values is the standard's. Change them under policy in qms.yaml, from a day on."))
    )
    for entry in EXPLAINED:
        here, default = values[entry.key]
        text = f"{entry.key}: {_shown(here, tr)}"
        if here != default:
            text += Message(N_(" (default: {default})"), {"default": _shown(default, tr)}).show(tr)
        lines += ["", *[style.paint(line, "bold") for line in style.wrap(text)]]
        lines += style.wrap(tr(entry.what), "  ")
        lines += style.wrap(f"{tr(entry.source)} [{tr(sure[entry.confidence])}]", "  ")
    return joined(lines)


def _value(held: Policy, key: str) -> Any:
    names = {spec.name for spec in fields(held)}
    if key in names:
        value = getattr(held, key)
        if key in ("retention_years", "edition_ends"):
            return {name: json.plain(item) for name, item in value}
        return json.plain(value)
    return {grade: getattr(held, f"{key}_{grade}") for grade in ("major", "minor")}


def _shown(value: Any, tr: Translate) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {item}" for name, item in value.items()) or tr(N_("none"))
    return ", ".join(value) or tr(N_("none")) if isinstance(value, list) else str(value)
