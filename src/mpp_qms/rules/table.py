"""The one table of rule families. A module is imported by name here, so that none goes missing in silence."""

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

FAMILIES = (syntax, schema, references, nonconformity, documents, audits, scope, people, privacy, steps, history)
