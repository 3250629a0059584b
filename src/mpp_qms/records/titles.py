"""What the keys of records are called in a sentence, and what their values are in words; for editors: `meanings`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mpp_qms.findings import Route
from mpp_qms.messages import N_, Message
from mpp_qms.records.shapes import field_at
from mpp_qms.words import word

#: Key, or shape and key where it is called otherwise there → its name; of a list, the name of one entry.
TITLES: dict[str, str] = {
    # what every record may carry
    "id": N_("id"),
    "unit": N_("unit"),
    "title": N_("title"),
    "number": N_("number"),
    "notes": N_("notes"),
    "standard": N_("edition of the standard"),
    "legacy": N_("taken over from an older system"),
    "amended": N_("amendment"),
    "redacted": N_("personal data taken out"),
    # wherever something happens
    "date": N_("date"),
    "by": N_("by"),
    "from": N_("from"),
    "to": N_("to"),
    "until": N_("until"),
    "reason": N_("reason"),
    "note": N_("remark"),
    "approved_by": N_("approved by"),
    "result": N_("result"),
    "document": N_("document"),
    "evidence": N_("evidence"),
    "body": N_("body outside"),
    "name": N_("name"),
    "clauses": N_("clause"),
    "clause": N_("clause"),
    "kind": N_("kind"),
    "field": N_("field"),
    "sample": N_("sample"),
    # qms.yaml
    "schema": N_("format of the records"),
    "organisation": N_("organisation"),
    "operator": N_("operator"),
    "standards": N_("edition of the standard"),
    "edition": N_("edition"),
    "scope": N_("scope"),
    "text": N_("text"),
    "timezone": N_("time zone"),
    "language": N_("language"),
    "certificates": N_("certificate"),
    "decided": N_("day of the decision"),
    "Certificate.issued": N_("issue date"),
    "expires": N_("expiry date"),
    "accreditation": N_("accreditation"),
    "events": N_("event"),
    "visits": N_("visit"),
    "not_applicable": N_("clause that is not applicable"),
    "people": N_("member of staff"),
    "code": N_("code"),
    "roles": N_("role"),
    "role": N_("role"),
    "ScopeTerm.role": N_("part in the scope"),
    "acting": N_("acting as"),
    "parties": N_("body outside"),
    "policy": N_("time limits"),
    "waivers": N_("waiver"),
    "grading_days": N_("days to grade"),
    "closing_days": N_("days to close"),
    "quarter_grace_days": N_("days after the quarter"),
    "plan_days": N_("days for cause and plan"),
    "action_days": N_("days for actions"),
    "verification_days": N_("days to verify effectiveness"),
    "verification_wait_days": N_("days to wait before verifying"),
    "freshness_months": N_("months evidence stays current"),
    "audit_cycle_months": N_("months of an audit cycle"),
    "review_months": N_("months of reviews taken together"),
    "sop_review_months": N_("months between reviews of an SOP"),
    "records_months": N_("months of records before a certification"),
    "new_unit_grace_months": N_("months of grace for a new unit"),
    "backdating_days": N_("days for entering afterwards"),
    "blocking_gates": N_("gates that block"),
    "evidence_keys_max": N_("keys of an evidence record at most"),
    "retention_years": N_("years of retention"),
    "edition_ends": N_("last day of an edition"),
    "record": N_("record"),
    "disposals": N_("disposal"),
    "records": N_("records"),
    "decree": N_("decree"),
    "imported": N_("day of entry"),
    "Legacy.from": N_("taken from"),
    "Amendment.from": N_("old value"),
    "Amendment.to": N_("new value"),
    # unit.yaml
    "institution": N_("institution"),
    "authority": N_("answerable to"),
    "services": N_("service"),
    "Service.standard": N_("service standard"),
    "agreements": N_("cooperation agreement"),
    "start": N_("from"),
    "end": N_("to"),
    # documents
    "system": N_("kept in"),
    "location": N_("place"),
    "path": N_("file"),
    "url": N_("address"),
    "sha256": N_("checksum"),
    # SOP
    "origin": N_("origin"),
    "issuer": N_("issuer"),
    "revisions": N_("revision"),
    "revision": N_("revision"),
    "approved": N_("approval"),
    "effective": N_("effective date"),
    "review_due": N_("review due"),
    "change": N_("change"),
    "reviews": N_("review of the SOP"),
    "read": N_("reading"),
    "withdrawn": N_("withdrawal"),
    # nonconformity
    "Nonconformity.evidence": N_("objective evidence"),
    "grade": N_("grade"),
    "source": N_("source"),
    "ref": N_("reference"),
    "detected": N_("detection"),
    "issued": N_("handing over to the unit"),
    "sops": N_("SOP"),
    "repeat_of": N_("repeat of"),
    "criterion": N_("criterion"),
    "statement": N_("statement"),
    "corrections": N_("correction"),
    "causes": N_("root cause analysis"),
    "method": N_("method"),
    "category": N_("category"),
    "whys": N_("answer to why"),
    "root": N_("root cause"),
    "elsewhere": N_("elsewhere"),
    "plans": N_("plan"),
    "effective_when": N_("effective when"),
    "verify_by": N_("verification due"),
    "no_action": N_("why no action is needed"),
    "actions": N_("action"),
    "read_across": N_("answer of another unit"),
    "found": N_("found there too"),
    "returned": N_("returned answer"),
    "step": N_("step"),
    "verifications": N_("verification"),
    "closures": N_("closing"),
    "cosigned_by": N_("cosigned by"),
    "risks": N_("risks and opportunities"),
    "documents": N_("changed document"),
    "reopened": N_("reopening"),
    "regraded": N_("regrading"),
    "Regrading.to": N_("new grade"),
    "transferred": N_("move to another unit"),
    "Transfer.to": N_("new unit"),
    "void": N_("voiding"),
    "external": N_("finding of the body outside"),
    "grade_text": N_("grade in the body's words"),
    "response_due": N_("answer due"),
    "responses": N_("answer to the body outside"),
    "submitted": N_("day it was submitted"),
    "next_due": N_("next answer due"),
    "External.closed": N_("closing by the body outside"),
    # actions
    "added": N_("taken on"),
    "what": N_("what is to be done"),
    "owner": N_("owner"),
    "due": N_("due date"),
    "extensions": N_("extension"),
    "Extension.to": N_("new due date"),
    "reassigned": N_("handing over"),
    "Reassignment.to": N_("new owner"),
    "done": N_("completion"),
    "cancelled": N_("cancelling"),
    # evidence
    "shows": N_("what it shows"),
    "units": N_("unit"),
    "period": N_("period"),
    "valid_until": N_("valid until"),
    # audit
    "visit": N_("visit"),
    "criteria": N_("audit criteria"),
    "lead": N_("led by"),
    "coverage": N_("what was audited"),
    "auditors": N_("auditor"),
    "independence_note": N_("note on independence"),
    "reported": N_("report"),
    "Report.to": N_("given to"),
    "population": N_("how many there are"),
    "taken": N_("how many were looked at"),
    "items": N_("which were looked at"),
    # management review
    "chair": N_("chaired by"),
    "attendees": N_("attendee"),
    "inputs": N_("input"),
    "key": N_("topic"),
    "summary": N_("summary"),
    "decisions": N_("decision"),
    "output": N_("output"),
    "none_needed": N_("output without a decision"),
    "minutes": N_("minutes"),
}
#: So much of a text is repeated.
_MOST = 60
#: What an entry of a list is told apart by.
_LABELS = ("id", "number", "code", "key", "unit", "clause")


def keys_of(route: Route) -> tuple[str, ...]:
    """The keys on a way in a record, without the places in lists."""
    return tuple(step for step in route if isinstance(step, str))


def title_of(kind: type, route: Route, data: Mapping[str, Any]) -> Message:
    """What a way in a record of a kind is called (`tindakan A1, tenggat`); `data`: what the record states."""
    parts: list[Message] = []
    found: Any = data
    for place, step in enumerate(route):
        keys = keys_of(route[: place + 1])
        if isinstance(step, str):
            parts.append(_title(kind, keys))
        elif isinstance(entry := found[step], dict) and (name := label_of(entry)) is not None:
            parts[-1] = _labelled(parts[-1], in_words(kind, (*keys, name), entry[name]))
        elif isinstance(entry, dict) and len(found) > 1:
            # one that is alone needs no number
            parts[-1] = _labelled(parts[-1], step + 1)
        found = found[step]
    return Message("{parts}", {"parts": tuple(parts)})


def named(kind: type, field: str) -> tuple[Message, tuple[str, ...]]:
    """What a field is called that is named as in `amended` (`actions.A1.due`, `causes.0.root`), and the keys on its way."""
    parts: list[Message] = []
    keys: tuple[str, ...] = ()
    for step in field.split("."):
        if not parts or field_at(kind, (*keys, step)) is not None:
            keys = (*keys, step)
            parts.append(_title(kind, keys))
        else:
            parts[-1] = _labelled(parts[-1], int(step) + 1 if step.isdecimal() and len(step) < 9 else step)
    return Message("{parts}", {"parts": tuple(parts)}), keys


def label_of(entry: Mapping[str, Any]) -> str | None:
    """The key by which an entry of a list is told apart from the others, where it has one."""
    return next((key for key in _LABELS if key in entry), None)


def _labelled(title: Message, label: object) -> Message:
    return Message("{title} {label}", {"title": title, "label": label})


def in_words(kind: type, keys: tuple[str, ...], value: Any) -> Message:
    """A value that stands at the end of some keys of a record of a kind: codes by their names, parts with their titles."""
    if value is None:
        return Message("–")
    if isinstance(value, bool):
        return Message(N_("yes")) if value else Message(N_("no"))
    if isinstance(value, dict):
        pairs = [
            Message(
                "{title}: {value}", {"title": _title(kind, (*keys, key)), "value": in_words(kind, (*keys, key), item)}
            )
            for key, item in value.items()
        ]
        return Message("{parts}", {"parts": tuple(pairs)})
    if isinstance(value, list):
        return Message("{parts}", {"parts": tuple(in_words(kind, keys, item) for item in value)})
    found = field_at(kind, keys)
    if found is not None and found.coded:
        return word(str(value))
    text = str(value)
    return Message("{text}", {"text": text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"})


def _title(kind: type, keys: tuple[str, ...]) -> Message:
    found, key = field_at(kind, keys), keys[-1]
    if found is not None and (title := TITLES.get(f"{found.shape}.{key}", TITLES.get(key))) is not None:
        return Message(title)
    return word(key)
