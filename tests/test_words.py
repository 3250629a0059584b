"""What codes are called: every code that people meet has a name, and every list of codes for the command line is whole."""

from __future__ import annotations

import errno
import os
from typing import get_args

import pytest

from mpp_qms.cli import nonconformity as nc_commands
from mpp_qms.cli import options
from mpp_qms.cli import sop as sop_commands
from mpp_qms.messages import LANGUAGES, translator
from mpp_qms.readiness import Verdict
from mpp_qms.readiness.cells import CellStatus, Evidenced
from mpp_qms.records import nonconformity
from mpp_qms.records.common import GRADES, Grade
from mpp_qms.records.nonconformity import SOURCE_KINDS, SourceKind, Status
from mpp_qms.records.qms import Role, VisitKind
from mpp_qms.records.review import Output
from mpp_qms.records.shapes import choices_of
from mpp_qms.records.sop import SopReview, SopStatus
from mpp_qms.records.unit import ScopeRole
from mpp_qms.steps.table import STEPS
from mpp_qms.words import WORDS, called, code_of, fitting, os_reason, word

LITERALS = [Status, Grade, SourceKind, SopStatus, Role, VisitKind, Output, ScopeRole, Verdict, CellStatus, Evidenced]
RESULTS = [
    *choices_of(nonconformity.Verification, "result"),
    *choices_of(nonconformity.Response, "result"),
    *choices_of(nonconformity.Cause, "method"),
    *choices_of(nonconformity.Cause, "category"),
    *choices_of(SopReview, "result"),
]


@pytest.mark.parametrize("code", [*(code for literal in LITERALS for code in get_args(literal)), *RESULTS])
def test_every_code_has_a_name(code: str) -> None:
    assert code in WORDS


def test_what_the_command_line_takes_is_what_there_is() -> None:
    assert sorted(nc_commands.STATUS_NAMES) == sorted(get_args(Status))
    assert sorted(sop_commands.STATUS_NAMES) == sorted(get_args(SopStatus))
    assert sorted(options.GRADE_NAMES) == sorted(get_args(Grade)) == sorted(GRADES)


CHOICES = [
    nc_commands.STATUS_NAMES,
    sop_commands.STATUS_NAMES,
    options.GRADE_NAMES,
    SOURCE_KINDS,
    *(option.choices() for step in STEPS.values() for option in step.asked if option.form in ("choice", "yes-no")),
]


@pytest.mark.parametrize("codes", CHOICES, ids=" ".join)
def test_each_choice_is_understood_by_its_code_and_by_its_name_in_either_language(codes: tuple[str, ...]) -> None:
    for code in codes:
        assert code_of(code, codes) == code
        for language in LANGUAGES:
            name = word(code).show(translator(language))
            assert code_of(name.upper(), codes) == code
            assert code_of(f" {name.replace(' ', '-')} ", codes) == code


def test_what_is_no_choice_stays_what_it_is() -> None:
    assert code_of("ditutup", ("open", "void")) == "ditutup"


def test_a_choice_is_shown_with_its_name_where_that_is_another_word() -> None:
    assert [text["id"] for text in called(("minor", "in-force"))] == ["minor", "in-force (berlaku)"]
    assert [text["en"] for text in called(("minor", "in-force", "ofi"))] == [
        "minor",
        "in-force",
        "ofi (opportunity for improvement)",
    ]


@pytest.mark.parametrize(
    ("words", "name", "text", "code"),
    [
        ("sop review", "result", "sesuai", "valid"),
        ("sop review", "result", "masih sesuai", "valid"),
        ("sop review", "result", "revisi", "revisi"),
        ("nc return", "step", "akar", "cause"),
        ("nc return", "step", "rencana", "plan"),
        ("nc analyse", "method", "5 mengapa", "5-whys"),
        ("nc analyse", "method", "tulang ikan", "fishbone"),
        # one that is called just so, before those that are called more
        ("nc verify", "result", "efektif", "effective"),
        ("nc verify", "result", "implemented", "implemented"),
        ("nc verify", "result", "not", "not"),
        ("nc grade", "to", "m", "m"),
        ("nc read-across", "found", "tidak ditemukan", "tidak ditemukan"),
    ],
)
def test_a_part_of_one_name_alone_means_that_choice(words: str, name: str, text: str, code: str) -> None:
    option = next(option for option in STEPS[words].asked if option.name == name)
    assert code_of(text, option.choices(), option.labels) == code


def test_a_part_of_several_names_means_none() -> None:
    assert code_of("audit", SOURCE_KINDS) == "audit"
    assert fitting("audit", SOURCE_KINDS) == ("internal-audit", "external-audit")
    assert fitting("tidak sesuai", SOURCE_KINDS) == ("output",)
    assert fitting("  ", SOURCE_KINDS) == ()


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.EISDIR, errno.ENOSPC])
def test_what_an_operating_system_commonly_refuses_is_told_in_the_readers_language(number: int) -> None:
    told = {os_reason(OSError(number, os.strerror(number))).show(translator(language)) for language in LANGUAGES}
    assert len(told) == len(LANGUAGES)
    assert os.strerror(number) not in told
    assert os_reason(OSError(errno.EBUSY, "Sibuk")).show(translator("id")) == "Sibuk"
