"""Where records of each kind lie, and the form of their ids (FORMAT.md, Places and ids); light, for whoever only looks for names."""

from __future__ import annotations

#: Kind → a glob of one file relative to the root, `{unit}` standing for a unit's folder; in the order of KINDS.
PLACES: dict[str, tuple[str, ...]] = {
    "qms": ("qms.yaml",),
    "unit": ("units", "{unit}", "unit.yaml"),
    "sop": ("units", "{unit}", "sops", "*.yaml"),
    "nonconformity": ("units", "{unit}", "nonconformities", "*.yaml"),
    "evidence": ("evidence", "*.yaml"),
    "audit": ("audits", "*.yaml"),
    "review": ("reviews", "*.yaml"),
}
