"""Records in any number: a mall of up to 40 units over five years. The same seed gives the same bytes everywhere.

`write` makes the records that are read again and again; the other functions make what they are compared with.
Nothing here rests on the program, so that a fault of its reader or writer cannot hide.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import texts

SEED = 9001
#: The day the records are judged for, and the visit to come; nothing is dated later than the first.
AS_OF, VISIT = date(2024, 12, 16), date(2025, 2, 4)
OPENED = date(2020, 1, 6)
#: A record is so many bytes at least and at most, but for qms.yaml, which grows with the people.
LEAST, MOST = 1000, 1600

Record = dict[str, Any]

TOP, MANAGER, PROGRAMME = "P-001", "P-002", "P-003"
LEADS = ["P-004", "P-005"]
AUDITORS = [f"P-{number:03}" for number in range(6, 18)]
BODY = "gci"


@dataclass(frozen=True)
class Team:
    """The people of a unit, and its services' SOPs with the day of their latest revision."""

    unit: str
    authority: str
    head: str
    pic: str
    staff: list[str]
    sops: list[tuple[str, date]]


# --- text ---

#: What has to stand in quotes: signs that YAML reads otherwise, and numbers (of clauses), which are texts here.
_QUOTED = re.compile(r".*(: | #)|[^A-Za-z0-9(].*|[0-9.]+( [a-z])?")
_QUOTED_IN_BRACKETS = re.compile(r"[,\[\]{}:]")


def _scalar(value: object, *, in_brackets: bool = False) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and (_QUOTED.fullmatch(value) or (in_brackets and _QUOTED_IN_BRACKETS.search(value))):
        return f'"{value}"'
    return str(value)


def _flow(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value, in_brackets=True)


def _one_line(value: object) -> str | None:
    """A value as people write it in one line, or None where it is too long for that."""
    if not isinstance(value, (dict, list)):
        return _scalar(value)
    line = _flow(value)
    return line if len(line) <= 88 else None


def _block(value: Any, pad: str = "") -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            line = _one_line(item)
            first, *rest = [pad + "  " + line] if line is not None else _block(item, pad + "  ")
            yield f"{pad}- {first.lstrip()}"
            yield from rest
        return
    for key, item in value.items():
        line = _one_line(item)
        if isinstance(item, str) and len(item) > 100:
            yield f"{pad}{key}: >-"
            yield from textwrap.wrap(item, 96, initial_indent=pad + "  ", subsequent_indent=pad + "  ")
        elif line is not None:
            yield f"{pad}{key}: {line}"
        else:
            yield f"{pad}{key}:"
            yield from _block(item, pad + "  ")


def text_of(record: Record) -> str:
    """A record as a careful hand writes it: block style, short entries in one line, long texts folded."""
    return "\n".join(_block(record)) + "\n"


def _fit(record: Record, rng: Random, *droppable: str) -> Record:
    """Bring a record to its size: leave out what is optional (`causes.whys`: of the first cause), or add to its notes."""
    for name in droppable:
        if len(text_of(record).encode()) <= MOST:
            break
        inside, _, key = name.rpartition(".")
        place = record.get(inside, [{}])[0] if inside else record
        place.pop(key, None)
    missing, start = LEAST - len(text_of(record).encode()), rng.randrange(len(texts.NOTES))
    notes = []
    while missing > 0:
        notes.append(texts.NOTES[(start + len(notes)) % len(texts.NOTES)])
        missing -= len(notes[-1])
    if notes:
        record["notes"] = " ".join(notes)
    return record


# --- the records ---


def records(count: int, seed: int = SEED) -> Iterator[tuple[str, Record]]:
    """So many records of all kinds, each with its path; `check` finds nothing wrong with them."""
    rng = Random(seed)
    teams = [_team(index) for index in range(max(4, min(len(texts.UNITS), count // 25)))]
    yield "qms.yaml", _qms(teams)
    for index, team in enumerate(teams):
        yield f"units/{team.unit}/unit.yaml", _unit(team, index, rng)
    rest = count - 1 - len(teams)
    audits, reviews, evidence = max(2, rest * 8 // 100), max(1, rest * 3 // 100), rest * 23 // 100
    sops = max(len(teams), rest * 16 // 100)
    for index in range(sops):
        yield _sop(teams[index % len(teams)], index // len(teams), rng)
    ids = _Ids()
    shown = []
    for _ in range(evidence):
        path, record = _evidence(teams, ids, rng)
        shown.append((record["id"], record["date"]))
        yield path, record
    for _ in range(reviews):
        yield _review(teams, ids, rng)
    for index in range(rest - audits - reviews - evidence - sops):
        if index < audits:
            audit, found = _audit(teams, ids, rng, external=index % 10 == 9)
            yield audit
            yield _of_audit(teams, audit[1], found, ids, shown, rng)
        else:
            yield _of_mall(teams, ids, shown, rng)


class _Ids:
    """Gives ids away, number after number."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}

    def next(self, prefix: str, width: int) -> str:
        self._last[prefix] = number = self._last.get(prefix, 0) + 1
        return f"{prefix}-{number:0{width}}"


def _between(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def _later(rng: Random, day: date, least: int, most: int) -> date:
    return day + timedelta(days=rng.randrange(least, most + 1))


def _team(index: int) -> Team:
    unit, _, _, authority = texts.UNITS[index]
    codes = [f"P-{100 + index * 10 + place:03}" for place in range(4)]
    return Team(unit, authority, codes[0], codes[1], codes[2:], [])


def _qms(teams: list[Team]) -> Record:
    people: list[Record] = [
        {"code": TOP, "roles": [{"role": "top-management", "unit": "dpmptsp", "from": OPENED}]},
        {"code": MANAGER, "roles": [{"role": "quality-manager", "from": OPENED}]},
        {"code": PROGRAMME, "roles": [{"role": "programme-manager", "from": OPENED}]},
        *({"code": code, "roles": [{"role": "lead-auditor", "from": OPENED}]} for code in LEADS),
        *({"code": code, "roles": [{"role": "auditor", "from": OPENED}]} for code in AUDITORS),
    ]
    for team in teams:
        members = [("unit-head", team.head), ("pic", team.pic), *(("staff", code) for code in team.staff)]
        people += [
            {"code": code, "roles": [{"role": role, "unit": team.unit, "from": OPENED}]} for role, code in members
        ]
    return {
        "schema": 1,
        "organisation": {"name": "MPP Kota Contoh", "operator": "dpmptsp"},
        "standards": [{"edition": "iso-9001-2015"}],
        "scope": [{"from": OPENED, "text": "Layanan terpadu di gerai-gerai MPP Kota Contoh", "approved_by": TOP}],
        "certificates": [
            {
                "body": BODY,
                "number": "QMS-0417",
                "decided": date(2024, 2, 1),
                "issued": date(2024, 2, 8),
                "expires": date(2027, 1, 31),
            }
        ],
        "visits": [{"kind": "surveillance", "date": VISIT, "body": BODY}],
        "not_applicable": [
            {
                "clause": "7.1.5.2",
                "reason": "Tidak ada alat ukur fisik di gerai mana pun",
                "approved_by": TOP,
                "date": OPENED,
            }
        ],
        "people": people,
        "parties": [{"code": BODY, "kind": "certification-body", "name": "Lembaga Sertifikasi Contoh"}],
        "policy": [{"from": date(2022, 1, 1), "plan_days": {"major": 14, "minor": 30}}],
    }


def _document(title: str, number: int, day: date, rng: Random) -> Record:
    if rng.random() < 0.5:
        return {"title": title, "location": rng.choice(texts.PLACES)}
    return {"title": title, "system": "SRIKANDI", "number": f"B/{number}/DPMPTSP/{day.year}", "date": day}


def _unit(team: Team, index: int, rng: Random) -> Record:
    _, name, institution, _ = texts.UNITS[index]
    partner = team.authority in ("vertical", "state-owned", "judiciary")
    services = [
        {
            "id": id_,
            "name": f"{title} {name.removeprefix('Gerai ').lower()}",
            "from": OPENED,
            "standard": {"title": f"Standar pelayanan {title.lower()}", "number": f"SP/{index + 1:02}/{place:02}"},
        }
        for place, (id_, title) in enumerate(texts.SERVICES, 1)
    ]
    record: Record = {
        "id": team.unit,
        "name": name,
        "institution": institution,
        "authority": team.authority,
        "scope": [{"from": OPENED, "role": "in-scope-partner" if partner else "internal"}],
        "services": services,
    }
    if partner:
        record["agreements"] = [
            {
                "number": f"PKS-{index + 1:02}/{start.year}",
                "start": start,
                "end": end,
                "document": {"title": "Perjanjian kerja sama", "location": "lemari arsip A"},
            }
            for start, end in ((OPENED, date(2022, 12, 31)), (date(2023, 1, 1), date(2025, 12, 31)))
        ]
    return _fit(record, rng)


def _sop(team: Team, place: int, rng: Random) -> tuple[str, Record]:
    service, title = texts.SERVICES[place % len(texts.SERVICES)]
    id_ = f"SOP-{team.unit.upper()}-{place + 1:03}"
    first, latest = _between(rng, OPENED, date(2020, 1, 20)), _between(rng, date(2023, 6, 1), date(2024, 9, 1))
    team.sops.append((id_, latest))
    days = [first, _between(rng, date(2021, 6, 1), date(2022, 6, 1)), latest]
    external = team.authority == "vertical" and place % 3 == 2
    readers = [team.pic, *team.staff]
    record: Record = {
        "id": id_,
        "unit": team.unit,
        "title": f"Prosedur {title.lower()}, bagian {place // len(texts.SERVICES) + 1}",
        "number": f"{team.unit.upper()}/SOP/{place + 1:03}",
        **({"origin": "external", "issuer": "Instansi induk"} if external else {}),
        "clauses": ["8.5.1", rng.choice(["8.2.3.1", "8.5.2", "8.6"])],
        "services": [service],
        "revisions": [
            {
                "number": number,
                "approved": {"by": TOP if not external else team.head, "date": day},
                "effective": _later(rng, day, 3, 10),
                "change": rng.choice(texts.SOP_CHANGES) if number else "Terbitan pertama",
                "document": _document("Naskah prosedur", 100 + place, day, rng),
            }
            for number, day in enumerate(days)
        ],
        "reviews": [{"date": _later(rng, latest, 10, 90), "by": team.head, "result": "valid"}],
        "read": [{"revision": 2, "by": code, "date": _later(rng, latest, 10, 30)} for code in readers],
    }
    return f"units/{team.unit}/sops/{id_}.yaml", _fit(record, rng, "read", "reviews")


def _evidence(teams: list[Team], ids: _Ids, rng: Random) -> tuple[str, Record]:
    key, level, title = rng.choice(texts.EVIDENCE)
    day = _between(rng, date(2020, 4, 10), AS_OF)
    # half of it is of the last year: older evidence is rarely kept one by one
    if rng.random() < 0.5:
        day = _between(rng, date(2024, 1, 10), AS_OF)
    id_ = ids.next(f"EVD-{day.year}", 3)
    record: Record = {"id": id_, "title": f"{title} {day.year}", "shows": [key]}
    if level.endswith("unit"):
        start = rng.randrange(len(teams))
        record["units"] = [teams[(start + step) % len(teams)].unit for step in range(rng.randrange(1, 5))]
    record["date"] = day
    if level.startswith("quarter"):
        quarter = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        before = quarter - timedelta(days=1)
        record["period"] = {"from": date(before.year, before.month - 2, 1), "to": before}
    record["document"] = {
        "title": f"{title} {day.year}",
        "system": "SRIKANDI",
        "number": f"B/{int(id_.rsplit('-', 1)[1])}/MUTU/{day.year}",
        "date": day,
        "location": rng.choice(texts.PLACES),
    }
    return f"evidence/{id_}.yaml", _fit(record, rng)


def _review(teams: list[Team], ids: _Ids, rng: Random) -> tuple[str, Record]:
    day = _between(rng, date(2020, 6, 1), AS_OF)
    id_ = ids.next(f"RTM-{day.year}", 2)
    keys = list(texts.INPUTS)
    start = rng.randrange(len(keys))
    inputs = [keys[(start + step) % len(keys)] for step in range(6)]
    decisions = []
    for number in (1, 2):
        what, output = rng.choice(texts.DECISIONS)
        owner, due = rng.choice(teams).head, _later(rng, day, 60, 150)
        decision: Record = {"id": f"D{number}", "what": what, "owner": owner, "due": due, "output": output}
        if due < AS_OF and rng.random() < 0.97:
            decision["done"] = {"date": due, "by": owner}
        decisions.append(decision)
    record: Record = {
        "id": id_,
        "date": day,
        "chair": TOP,
        "attendees": [TOP, MANAGER, PROGRAMME, *(team.head for team in teams[:6])],
        "inputs": [{"key": key, "summary": texts.INPUTS[key]} for key in inputs],
        "decisions": decisions,
        "minutes": {"title": "Notulen tinjauan manajemen", "number": f"NOT-{id_[4:]}", "date": day},
    }
    return f"reviews/{id_}.yaml", _fit(record, rng)


#: What an audit found wrong: the team, the topic, the auditor.
Found = tuple[Team, dict[str, Any], str]


def _audit(teams: list[Team], ids: _Ids, rng: Random, *, external: bool) -> tuple[tuple[str, Record], Found]:
    day = _between(rng, date(2020, 3, 1), date(2024, 11, 20))
    id_ = ids.next(f"{'EA' if external else 'IA'}-{day.year}", 2)
    start = rng.randrange(len(teams))
    seen = [teams[(start + step) % len(teams)] for step in range(min(5, len(teams)))]
    topic, found_in = rng.choice(texts.TOPICS), rng.randrange(len(seen))
    auditors = [BODY] if external else rng.sample(AUDITORS, 2)
    rows: list[Record] = []
    for place, team in enumerate(seen):
        looked_at = rng.randrange(len(texts.UNIT_CLAUSES) - 5)
        clauses = texts.UNIT_CLAUSES[looked_at : looked_at + 5]
        if place == found_in:
            clauses = list(dict.fromkeys([topic["clauses"][0], *clauses]))
        rows.append(
            {
                "unit": team.unit,
                "clauses": clauses,
                "auditors": auditors[: 1 + place % 2],
                "sample": rng.choice(texts.AUDIT_SAMPLES),
                "result": "nonconform" if place == found_in else "conform",
            }
        )
    looked_at = rng.randrange(len(texts.SITE_CLAUSES) - 4)
    site = {"clauses": texts.SITE_CLAUSES[looked_at : looked_at + 4], "auditors": [rng.choice(auditors)]}
    rows.append({**site, "sample": {"population": 12, "taken": 4}, "result": "conform"})
    end = _later(rng, day, 1, 3)
    record: Record = {
        "id": id_,
        "kind": "external" if external else "internal",
        **({"visit": "special", "body": BODY} if external else {}),
        "from": day,
        "to": end,
        "criteria": ["ISO 9001:2015", "Standar pelayanan", "SOP gerai"],
        "lead": BODY if external else rng.choice(LEADS),
        "coverage": rows,
        "reported": {
            "date": _later(rng, end, 3, 12),
            "to": TOP,
            "document": {"title": "Laporan audit", "number": f"LA-{id_}"},
        },
    }
    return (f"audits/{id_}.yaml", _fit(record, rng)), (seen[found_in], topic, auditors[0])


def _of_audit(
    teams: list[Team], audit: Record, found: Found, ids: _Ids, shown: list[tuple[str, date]], rng: Random
) -> tuple[str, Record]:
    """The nonconformity that an audit found."""
    team, topic, auditor = found
    source = {"kind": f"{audit['kind']}-audit", "ref": audit["id"]}
    grade = "major" if rng.random() < 0.08 else "minor"
    record = _nonconformity(
        teams, team, topic, source, _between(rng, audit["from"], audit["to"]), auditor, grade, ids, shown, rng
    )
    if audit["kind"] == "external":
        issued = record[1]["issued"]["date"]
        answered = _later(rng, issued, 10, 28)
        body: Record = {
            "body": BODY,
            "number": f"GCI-{record[1]['id']}",
            "grade": grade,
            "clause": topic["clauses"][0],
            "response_due": issued + timedelta(days=30),
        }
        if answered < AS_OF:
            body["responses"] = [{"submitted": answered}]
            decided = _later(rng, answered, 5, 20)
            if decided < AS_OF:
                body["responses"][0] |= {"decided": decided, "result": "accepted"}
            if "closures" in record[1]:
                body["closed"] = max(decided, record[1]["closures"][-1]["date"])
        record[1]["external"] = body
        _fit(record[1], rng, *_OPTIONAL, "corrections")
    return record


def _of_mall(teams: list[Team], ids: _Ids, shown: list[tuple[str, date]], rng: Random) -> tuple[str, Record]:
    """A nonconformity that came to light otherwise."""
    team, topic = rng.choice(teams), rng.choice(texts.TOPICS)
    detected = _between(rng, date(2020, 2, 20), date(2024, 12, 6))
    source = {"kind": rng.choice(["complaint", "evaluation", "survey", "output", "self", "ombudsman"])}
    if source["kind"] == "complaint":
        source["ref"] = f"Surat {rng.randrange(1, 900)}/PGD/{detected.year}"
    grade = rng.choices(["minor", "major", "observation", "ofi", "ungraded"], [70, 6, 12, 9, 3])[0]
    return _nonconformity(teams, team, topic, source, detected, rng.choice(AUDITORS), grade, ids, shown, rng)


#: What of a nonconformity may be missing, the least first.
_OPTIONAL = (
    "read_across",
    "causes.whys",
    "verifications.sample",
    "plans.effective_when",
    "closures.risks",
    "actions.extensions",
    "causes.category",
    "causes.method",
    "closures.documents",
    "sops",
    "reopened",
)


def _nonconformity(
    teams: list[Team],
    team: Team,
    topic: dict[str, Any],
    source: Record,
    detected: date,
    by: str,
    grade: str,
    ids: _Ids,
    shown: list[tuple[str, date]],
    rng: Random,
) -> tuple[str, Record]:
    """A nonconformity that goes its way until it is closed, or until time or patience ran out."""
    sop, revised = rng.choice(team.sops)
    number = rng.randrange(3, 9)

    def filled(key: str) -> str:
        return str(topic[key]).format(gerai=_stand(team), sop=sop, n=number)

    id_ = ids.next(f"NC-{team.unit.upper()}-{detected.year}", 3)
    issued = _later(rng, detected, 1, 4)
    record: Record = {
        "id": id_,
        "unit": team.unit,
        "title": filled("title"),
        "grade": grade,
        "source": source,
        "detected": {"date": detected, "by": by},
        "issued": {"date": issued, "by": MANAGER},
        "clauses": topic["clauses"],
        "sops": [sop],
        "criterion": filled("criterion"),
        "evidence": filled("evidence"),
        "statement": filled("statement"),
    }
    path = f"units/{team.unit}/nonconformities/{id_}.yaml"
    if grade in ("observation", "ofi"):
        closed = _later(rng, issued, 20, 90)
        if closed < AS_OF:
            record["closures"] = [{"date": closed, "by": MANAGER}]
        return path, _fit(record, rng)
    if grade == "ungraded" and detected < date(2024, 11, 20):
        record["regraded"] = [
            {
                "date": _later(rng, issued, 3, 10),
                "to": "minor",
                "reason": "Bukti sudah lengkap",
                "approved_by": rng.choice(LEADS),
            }
        ]
        grade = "minor"
    if source["kind"] not in ("internal-audit", "external-audit") and rng.random() < 0.02:
        begun = record["regraded"][0]["date"] if "regraded" in record else issued
        record["void"] = {
            "date": _later(rng, begun, 2, 8),
            "by": MANAGER,
            "reason": "Tercatat dua kali dari pengaduan yang sama",
        }
        return path, _fit(record, rng)
    _steps(record, team, topic, issued, grade, revised, sop, teams, shown, rng)
    return path, _fit(record, rng, *_OPTIONAL)


def _stand(team: Team) -> str:
    return next(name for unit, name, *_ in texts.UNITS if unit == team.unit)


def _steps(
    record: Record,
    team: Team,
    topic: dict[str, Any],
    issued: date,
    grade: str,
    revised: date,
    sop: str,
    teams: list[Team],
    shown: list[tuple[str, date]],
    rng: Random,
) -> None:
    """Correction, cause, plan, action, verification, closing: each until the day of judging, or where it got stuck."""
    steps = 6 if rng.random() < 0.95 else rng.randrange(6)
    corrected = _later(rng, issued, 1, 5)
    if corrected > AS_OF or steps < 1 or grade == "ungraded":
        return
    record["corrections"] = [
        {
            "id": "C1",
            "what": topic["correction"],
            "owner": team.pic,
            "due": corrected + timedelta(days=1),
            "done": {"date": corrected, "by": team.pic},
        }
    ]
    analysed = _later(rng, corrected, 2, 6)
    if analysed > AS_OF or steps < 2:
        return
    record["causes"] = [
        {
            "date": analysed,
            "by": team.pic,
            "method": "5-whys",
            "category": topic["category"],
            "whys": topic["whys"],
            "root": topic["root"],
        }
    ]
    planned = _later(rng, analysed, 1, 4)
    if planned > AS_OF or steps < 3:
        return
    record["plans"] = [{"date": planned, "approved_by": team.head, "effective_when": topic["effective"]}]
    owner = rng.choice([team.pic, *team.staff])
    due = _later(rng, issued, 30, 55)
    action: Record = {"id": "A1", "added": planned, "what": topic["action"], "owner": owner, "due": due}
    record["actions"] = [action]
    if rng.random() < 0.25 and due - timedelta(days=2) <= AS_OF:
        asked = due - timedelta(days=2)
        action["extensions"] = [
            {
                "date": asked,
                "to": due + timedelta(days=14),
                "reason": rng.choice(texts.EXTENSION_REASONS),
                "approved_by": team.head,
            }
        ]
        due += timedelta(days=14)
    done = due - timedelta(days=rng.randrange(3))
    if rng.random() < 0.2:
        other = rng.choice(teams)
        if other is not team:
            record["read_across"] = [
                {"unit": other.unit, "date": _later(rng, planned, 1, 9), "by": other.pic, "found": False}
            ]
            if record["read_across"][0]["date"] > AS_OF:
                del record["read_across"]
    if done > AS_OF or steps < 4:
        return
    proof: list[Any] = [{"title": rng.choice(texts.REGISTERS), "location": rng.choice(texts.PLACES)}]
    id_, day = rng.choice(shown)
    if day <= done:
        proof = [id_]
    action["done"] = {"date": done, "by": owner, "evidence": proof}
    verified = _later(rng, done, 31, 60)
    if verified > AS_OF or steps < 5:
        return
    record["verifications"] = [
        {
            "date": verified,
            "by": rng.choice(AUDITORS),
            "result": "effective",
            "evidence": [{"title": rng.choice(texts.REGISTERS), "location": rng.choice(texts.PLACES)}],
            "sample": rng.choice(texts.SAMPLES),
        }
    ]
    closed = _later(rng, verified, 1, 20)
    if closed > AS_OF or steps < 6:
        return
    closure: Record = {"date": closed, "by": MANAGER}
    if grade == "major":
        closure["cosigned_by"] = TOP
    closure["risks"] = "Register risiko tidak berubah"
    if analysed <= revised <= closed - timedelta(days=15):
        closure["documents"] = [sop]
    record["closures"] = [closure]
    again = _later(rng, closed, 30, 120)
    if rng.random() < 0.03 and again < AS_OF:
        record["reopened"] = [{"date": again, "by": MANAGER, "reason": "Ditemukan lagi pada kunjungan mendadak"}]


# --- one finding in each ---


def _unknown_key(record: Record, rng: Random) -> bool:
    """A misspelt key, at the top or in one of the mappings inside."""
    places = [record, *(value for value in record.values() if isinstance(value, dict))]
    for value in record.values():
        if isinstance(value, list):
            places += [item for item in value if isinstance(item, dict)]
    rng.choice(places)[rng.choice(texts.MISSPELT)] = "Lihat lampiran"
    return True


def _ungranted_extension(record: Record, _: Random) -> bool:
    """An extension that nobody approved."""
    for action in record.get("actions", record.get("decisions", ())):
        if "extensions" not in action:
            day = record["date"] if "date" in record else action["added"]
            action["extensions"] = [{"date": day, "to": action["due"] + timedelta(days=7), "reason": "Belum sempat"}]
            return True
    return False


def _unknown_clause(record: Record, rng: Random) -> bool:
    if "coverage" in record:
        record = rng.choice(record["coverage"])
    if "clauses" not in record:
        return False
    record["clauses"] = [*record["clauses"], "8.5.9"]
    return True


def _unknown_record(record: Record, _: Random) -> bool:
    """A proof that is not there."""
    for entry in reversed(record.get("verifications", ())):
        entry["evidence"] = ["EVD-1999-001"]
        return True
    return False


def _unknown_sop(record: Record, _: Random) -> bool:
    if "sops" not in record:
        return False
    record["sops"] = ["SOP-DPMPTSP-999"]
    return True


def _address(record: Record, _: Random) -> bool:
    """An e-mail address in the last text of the file."""
    if "notes" not in record:
        return False
    record["notes"] += " Salinan ke gerai@contoh.example."
    return True


_FINDINGS: list[Callable[[Record, Random], bool]] = [
    _unknown_key,
    _ungranted_extension,
    _unknown_clause,
    _unknown_record,
    _unknown_sop,
    _address,
]


def with_finding(record: Record, rng: Random) -> Record:
    """The record with one thing wrong in it, somewhere in the file."""
    for break_ in rng.sample(_FINDINGS, len(_FINDINGS)):
        if break_(record, rng):
            break
    return record


# --- on disk ---


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def write(folder: Path, count: int, seed: int = SEED, *, broken: bool = False) -> None:
    """`count` records under a folder; `broken`: with one finding in each."""
    rng = Random(seed)
    for path, record in records(count, seed):
        _put(folder / path, text_of(with_finding(record, rng) if broken else record))


def write_mall(folder: Path, count: int, seed: int = SEED) -> None:
    """The mall of `count` records without them: qms.yaml and its units."""
    for path, record in records(count, seed):
        if path.endswith(("qms.yaml", "unit.yaml")):
            _put(folder / path, text_of(record))


def write_one_big(folder: Path, size: int = 250_000) -> None:
    """A small mall, and in it one record of `size` bytes with thousands of findings: unknown owners, no approvals."""
    write(folder, 40)
    lines = [
        "id: NC-DPMPTSP-2019-001",
        "unit: dpmptsp",
        "title: Tindak lanjut yang menumpuk",
        "grade: minor",
        "source: {kind: self}",
        "detected: {date: 2019-10-15, by: P-006}",
        'clauses: ["8.5.1"]',
        "criterion: Setiap tindakan mempunyai pemilik dan tenggat",
        "evidence: Daftar tindakan tahun lalu",
        "statement: Tindakan menumpuk tanpa penyelesaian",
        "actions:",
    ]
    length = sum(map(len, lines)) + len(lines)
    for number in range(1, size):
        owner, extension = f"P-{5000 + number}", ""
        if number % 3 == 0:
            owner, extension = "P-101", ", extensions: [{date: 2019-11-01, to: 2019-12-01}]"
        line = f"  - {{id: A{number}, what: Pasang papan, owner: {owner}, due: 2019-11-15{extension}}}"
        length += len(line) + 1
        if length > size:
            break
        lines.append(line)
    _put(folder / "units/dpmptsp/nonconformities/NC-DPMPTSP-2019-001.yaml", "\n".join(lines) + "\n")


#: A nonconformity with an open action, the same in a mall of any size.
STEP_ID = "NC-KEPENDUDUKAN-2024-900"


def write_step(folder: Path) -> Path:
    """Put the nonconformity of STEP_ID into a mall; its file."""
    record: Record = {
        "id": STEP_ID,
        "unit": "kependudukan",
        "title": "Nomor antrean tidak dipanggil berurutan",
        "grade": "minor",
        "source": {"kind": "evaluation"},
        "detected": {"date": date(2024, 10, 1), "by": "P-002"},
        "clauses": ["8.5.1"],
        "sops": ["SOP-KEPENDUDUKAN-001"],
        "criterion": "Nomor antrean dipanggil berurutan",
        "evidence": "Pada 4 dari 20 pengamatan nomor dilewati",
        "statement": "Urutan antrean tidak dipenuhi",
        "actions": [{"id": "A1", "what": "Layar antrean", "owner": "P-001", "due": date(2024, 12, 20)}],
    }
    path = folder / "units" / "kependudukan" / "nonconformities" / f"{STEP_ID}.yaml"
    _put(path, text_of(record))
    return path


def write_doorstop(folder: Path, count: int, seed: int = SEED) -> None:
    """A doorstop document of `count` items, each with the texts of one of our records."""
    settings = "settings:\n  digits: 5\n  itemformat: yaml\n  prefix: NC\n  sep: ''\n"
    _put(folder / "nc" / ".doorstop.yml", settings)
    for number, (_, record) in zip(range(1, count + 1), records(count, seed), strict=False):
        body = textwrap.indent(text_of(record).replace("\n\n", "\n"), "  ")
        item = (
            f"active: true\nderived: false\nheader: ''\nlevel: '1.{number}'\nlinks: []\nnormative: true\nref: ''\n"
            f"reviewed: null\ntext: |\n{body}"
        )
        _put(folder / "nc" / f"NC{number:05}.yml", item)
