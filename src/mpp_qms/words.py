"""What the stable codes of records and answers are called by people: statuses, grades, clocks, sources, roles."""

from __future__ import annotations

from mpp_qms.messages import N_, Message

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
}


def word(code: str) -> Message:
    """What a code is called; a code of people's own (`A1`, an id) is called by itself."""
    return Message(WORDS[code]) if code in WORDS else Message("{code}", {"code": code})


def days_late(days: int) -> Message:
    """So many days after a due day."""
    return Message(N_("1 day late")) if days == 1 else Message(N_("{days} days late"), {"days": days})


def days_left(days: int) -> Message:
    """So many days before a due day."""
    return Message(N_("in 1 day")) if days == 1 else Message(N_("in {days} days"), {"days": days})
