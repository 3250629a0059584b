"""What the stable codes of records and answers are called by people: statuses, grades, clocks, sources, roles."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterable, Mapping
from functools import partial
from types import MappingProxyType

from mpp_qms.messages import LANGUAGES, N_, Language, Message, Texts, translator

#: Codes that mean the same wherever they stand → their name.
WORDS: dict[str, str] = {
    # status of a nonconformity
    "open": N_("open"),
    "corrected": N_("corrected"),
    "reopened": N_("reopened"),
    "analysed": N_("analysed"),
    "planned": N_("planned"),
    "implemented": N_("implemented"),
    "verified": N_("verified"),
    "closed": N_("closed"),
    "void": N_("void"),
    # grade
    "major": N_("major"),
    "minor": N_("minor"),
    "observation": N_("observation"),
    "ofi": N_("opportunity for improvement"),
    "ungraded": N_("ungraded"),
    # clocks
    "grading": N_("grading"),
    "plan": N_("cause and plan"),
    "verification": N_("effectiveness verification"),
    "closing": N_("closing"),
    "response": N_("answer to the body"),
    # results
    "effective": N_("effective"),
    "not-effective": N_("not effective"),
    "not-implemented": N_("not implemented"),
    "accepted": N_("accepted"),
    "returned": N_("returned"),
    "conform": N_("conforming"),
    "nonconform": N_("nonconforming"),
    # readiness
    "ready": N_("ready"),
    "conditional": N_("ready with conditions"),
    "not-ready": N_("not ready"),
    "gap": N_("gap"),
    "blocked": N_("blocked"),
    "not-applicable": N_("not applicable"),
    "current": N_("current"),
    "stale": N_("stale"),
    "none": N_("none"),
    "not-required": N_("not required"),
    # root cause analysis
    "5-whys": N_("five whys"),
    "fishbone": N_("fishbone diagram"),
    "other": N_("other"),
    "people": N_("people"),
    "method": N_("method"),
    "system": N_("system"),
    "material": N_("material"),
    "measurement": N_("measurement"),
    "environment": N_("environment"),
    "cause": N_("cause"),
    # output of a review
    "improvement": N_("improvement"),
    "qms-changes": N_("changes to the quality system"),
    "resources": N_("resources"),
    # SOP
    "draft": N_("draft"),
    "approved": N_("approved"),
    "in-force": N_("in force"),
    "due-for-review": N_("due for review"),
    "withdrawn": N_("withdrawn"),
    # result of an SOP's review
    "valid": N_("found valid"),
    "revise": N_("to be revised"),
    # source of a nonconformity
    "internal-audit": N_("internal audit"),
    "external-audit": N_("external audit"),
    "evaluation": N_("quarterly evaluation"),
    "complaint": N_("complaint"),
    "survey": N_("satisfaction survey"),
    "output": N_("nonconforming output"),
    "review": N_("management review"),
    "ombudsman": N_("ombudsman"),
    "self": N_("found by the unit itself"),
    # visit
    "stage-1": N_("stage 1 audit"),
    "stage-2": N_("stage 2 audit"),
    "surveillance": N_("surveillance audit"),
    "recertification": N_("recertification audit"),
    "special": N_("special audit"),
    "transition": N_("transition audit"),
    # role
    "top-management": N_("top management"),
    "quality-manager": N_("quality manager"),
    "programme-manager": N_("audit programme manager"),
    "lead-auditor": N_("lead auditor"),
    "auditor": N_("auditor"),
    "unit-head": N_("head of the unit"),
    "pic": N_("person in charge"),
    "staff": N_("staff"),
    # part in the scope
    "internal": N_("internal"),
    "in-scope-partner": N_("partner within the scope"),
    "external-provider": N_("external provider"),
    "undecided": N_("undecided"),
    # to whom a unit answers
    "regional": N_("local government"),
    "vertical": N_("national agency"),
    "state-owned": N_("state-owned company"),
    "judiciary": N_("judiciary"),
    "private": N_("private body"),
    # of which units evidence is
    "all": N_("all"),
    # what became of a certificate
    "suspended": N_("suspended"),
    "restored": N_("restored"),
    # where an SOP or an audit comes from
    "external": N_("from outside"),
    # body outside
    "certification-body": N_("certification body"),
    "accreditation-body": N_("accreditation body"),
    "ministry": N_("ministry"),
    "supplier": N_("supplier"),
    "consultant": N_("consultant"),
    # how a gate stands
    "passed": N_("passed"),
    "blocks": N_("blocks"),
    "condition": N_("a condition"),
    "not-asked": N_("not asked"),
    # severity
    "error": N_("error"),
    "warning": N_("warning"),
    "info": N_("info"),
    # whether something is so
    "yes": N_("yes"),
    "no": N_("no"),
}

#: So many letters at least must a part of a name have for anything to be concluded from it.
_LEAST = 3
_NO_LABELS: Mapping[str, str] = MappingProxyType({})


def word(code: str) -> Message:
    """What a code is called; a code of people's own (`A1`, an id) is called by itself."""
    return Message(WORDS[code]) if code in WORDS else Message("{code}", {"code": code})


def code_of(text: str, codes: Iterable[str], labels: Mapping[str, str] = _NO_LABELS) -> str:
    """The code that a text means, by itself or as it is called in any language; the text where it means none of them.

    A part of what only one of them is called means that one (`fitting`). `labels`: what codes are called where they stand,
    as templates.
    """
    codes = tuple(codes)
    named: dict[str, str] = {}
    for call in (word, partial(_label, labels)):
        named |= {_plain(call(code).show(translator(language))): code for language in LANGUAGES for code in codes}
    named |= {_plain(code): code for code in codes}
    fits = fitting(text, codes, labels)
    return named.get(_plain(text), fits[0] if len(fits) == 1 else text)


def fitting(text: str, codes: Iterable[str], labels: Mapping[str, str] = _NO_LABELS) -> tuple[str, ...]:
    """The codes of which a text may be a part: what they are called begins with it, else has words that begin with its words.

    So `5 mengapa` is of `5-whys`, which is called `lima mengapa`, too. Of less than three letters nothing is concluded.
    """
    plain = _plain(text)
    asked = re.findall(r"\w+", plain)
    if len(plain) < _LEAST or not asked:
        return ()
    names = {code: [_plain(code), *_names_of(code, labels)] for code in codes}
    begun = tuple(code for code, called in names.items() if any(name.startswith(plain) for name in called))
    if begun:
        return begun
    parts = {code: re.findall(r"\w+", " ".join(called)) for code, called in names.items()}
    return tuple(
        code for code, found in parts.items() if all(any(part.startswith(one) for part in found) for one in asked)
    )


def _names_of(code: str, labels: Mapping[str, str]) -> list[str]:
    return [_plain(_label(labels, code).show(translator(language))) for language in LANGUAGES]


def _label(labels: Mapping[str, str], code: str) -> Message:
    return Message(labels[code]) if code in labels else word(code)


def called(codes: Iterable[str]) -> tuple[Texts, ...]:
    """Codes for a sentence, each with what it is called in the reader's language where that is another word."""
    return tuple({language: _called(code, language) for language in LANGUAGES} for code in codes)


def _called(code: str, language: Language) -> str:
    name = word(code).show(translator(language))
    return code if _plain(name) == _plain(code) else f"{code} ({name})"


def _plain(text: str) -> str:
    return " ".join(text.replace("-", " ").casefold().split())


#: What operating systems commonly refuse, by the number of the error.
_OS: dict[int, str] = {
    errno.ENOENT: N_("there is no such file or folder"),
    errno.EACCES: N_("no permission"),
    errno.EPERM: N_("no permission"),
    errno.EISDIR: N_("it is a folder"),
    errno.ENOTDIR: N_("a folder was expected here, and there is none"),
    errno.EEXIST: N_("it is there already"),
    errno.ENOSPC: N_("the disk is full"),
    errno.EDQUOT: N_("the disk is full"),
    errno.EROFS: N_("the disk can only be read"),
    errno.ENAMETOOLONG: N_("the name is too long"),
    errno.ELOOP: N_("its links lead in a circle"),
}


def os_reason(error: OSError) -> Message:
    """Why the operating system refused something: in our words where it is common, else in its own."""
    if error.errno in _OS:
        return Message(_OS[error.errno])
    return Message("{reason}", {"reason": error.strerror or str(error)})


def days_late(days: int) -> Message:
    """So many days after a due day."""
    return Message(N_("1 day late")) if days == 1 else Message(N_("{days} days late"), {"days": days})


def days_left(days: int) -> Message:
    """So many days before a due day."""
    return Message(N_("in 1 day")) if days == 1 else Message(N_("in {days} days"), {"days": days})
