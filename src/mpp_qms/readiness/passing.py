"""Why a gate passes: what it rests on, so that nobody has to believe a tick."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from mpp_qms.documented_information import services_on
from mpp_qms.messages import N_, Message
from mpp_qms.readiness.gates import Gate, Reason, State, decided_certificate, reviews_in_months


def _always(text: str) -> Callable[[State], Message]:
    return lambda _: Message(text)


def _shown_by(state: State, *keys: str) -> Message:
    """The records that keys of the site rest on longest, each with its last day."""
    parts = []
    for key in keys:
        held = state.shown.at(key, None)
        values = {"key": key, "record": held.by.record if held.by is not None else "", "until": held.until}
        lasting = held.by is None or held.by.until is None
        parts.append(
            Message(N_("{record} shows {key}") if lasting else N_("{record} shows {key}, until {until}"), values)
        )
    return Message("{parts}", {"parts": tuple(parts)})


def _scope(state: State) -> Message:
    qms, day = state.register.qms, state.register.day
    latest = max((entry for entry in (qms.scope if qms else ()) if entry.from_ <= day), key=lambda entry: entry.from_)
    values = {"day": latest.from_, "person": latest.approved_by}
    return Message(N_("the scope from {day} is approved by {person}; no unit is undecided"), values)


def _internal_audit(state: State) -> Message:
    audits = sorted({row.audit.id for rows in state.covered.by_cell.values() for row in rows})
    if not audits:
        return Message(N_("no cell asks for an internal audit yet"))
    return Message(N_("every applicable cell is covered by {audits}"), {"audits": tuple(audits)})


def _management_review(state: State) -> Message:
    reviews = tuple(review.id for review in reviews_in_months(state))
    return Message(N_("{reviews}: every input looked at, every output decided"), {"reviews": reviews})


def _sops(state: State) -> Message:
    register = state.register
    count = sum(len(services_on(unit, register.day)) for unit in register.in_scope())
    if not count:
        return Message(N_("no service of a unit in the scope is entered yet: no SOP is asked for"))
    return Message(N_("services with an SOP in force: all {count}"), {"count": count})


def _certificate(state: State) -> Message:
    latest = decided_certificate(state.register)
    values = {"day": latest.decided if latest else None, "expires": latest.expires if latest else None}
    return Message(N_("decided on {day}, valid until {expires}, watched over in time"), values)


def _providers(state: State) -> Message:
    count = len(tuple(state.register.providers()))
    if not count:
        return Message(N_("no partner or external provider is entered yet: no agreement is asked for"))
    return Message(N_("partners and external providers with agreement and evaluation: all {count}"), {"count": count})


#: For each gate what it rests on where it passes without anything more to say.
BECAUSE: dict[str, Callable[[State], Message]] = {
    "G1": _scope,
    "G2": lambda state: _shown_by(state, "quality-policy", "quality-objectives"),
    "G3": _internal_audit,
    "G4": _management_review,
    "G5": _always(N_("no major is open")),
    "G6": _always(N_("no finding of the certification body is unsettled")),
    "G7": lambda state: Message(N_("running clocks, none of them late: {count}"), {"count": len(state.dues)}),
    "G8": _sops,
    "G9": _always(N_("the records go back far enough")),
    "G10": _always(N_("no audit row that counts leans on an independence note")),
    "G11": lambda state: _shown_by(state, "climate-decision"),
    "G12": lambda state: _shown_by(state, "customer-satisfaction"),
    "G13": _certificate,
    "G14": _providers,
    "G15": lambda state: _shown_by(state, "objective-results"),
    "G16": _always(N_("no change since the certificate was decided that the body was not told of")),
}


def told(state: State, judged: Sequence[Gate]) -> tuple[Gate, ...]:
    """The gates, those that pass without a word with what they rest on."""
    return tuple(_told(state, gate) if gate.passed and not gate.details else gate for gate in judged)


def _told(state: State, gate: Gate) -> Gate:
    reason = Reason(BECAUSE[gate.id](state), False, None, "mpp-qms audit", fails=False)
    return replace(gate, reasons=(reason.text,), details=(reason,))
