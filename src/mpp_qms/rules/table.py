"""The one table of rule families. A module is imported by name here, so that none goes missing in silence."""

from collections.abc import Mapping

from mpp_qms.rules import (
    audits,
    documents,
    history,
    nonconformity,
    people,
    privacy,
    references,
    schema,
    scope,
    steps,
    syntax,
)
from mpp_qms.rules.registry import RULES, Rule

_FAMILIES = (syntax, schema, references, nonconformity, documents, audits, scope, people, privacy, steps, history)


def all_rules() -> Mapping[str, Rule]:
    """Every rule by its code, in the order of the families."""
    assert _FAMILIES
    return RULES
