"""The one table of rule families. A module is imported by name here, so that none goes missing in silence."""

from mpp_qms.rules import privacy, schema, syntax

FAMILIES = (syntax, schema, privacy)
