"""The one table of rule families. A module is imported by name here, so that none goes missing in silence."""

from mpp_qms.rules import audits, documents, privacy, references, schema, scope, syntax

FAMILIES = (syntax, schema, references, documents, audits, scope, privacy)
