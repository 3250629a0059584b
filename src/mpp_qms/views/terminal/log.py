"""The history of the records for people: each commit, and what it did to each record."""

from __future__ import annotations

from collections.abc import Sequence

from mpp_qms.messages import N_, Translate
from mpp_qms.store.history import Touched
from mpp_qms.story import Event
from mpp_qms.views.terminal.style import Style, clean, joined


def render(
    entries: Sequence[tuple[Touched, Sequence[tuple[str, Sequence[Event]]]]], tr: Translate, style: Style
) -> str:
    """The newest commit first; of each record, the facts that came with it."""
    lines: list[str] = []
    for entry, records in entries:
        commit = entry.commit
        head = f"{commit.day.isoformat()}  {commit.name[:10]}  {commit.author}"
        lines += [style.paint(line, "bold") for line in style.wrap(head)]
        lines += [style.paint(line, "dim") for line in style.wrap(commit.subject, "  ")]
        for path, events in records:
            lines.append(
                clean(f"  {path.rsplit('/', 1)[-1].removesuffix('.yaml') if '/unit.yaml' not in path else path}")
            )
            for event in events:
                by = f" ({event.by})" if event.by is not None else ""
                lines += style.wrap(event.what.show(tr) + by, "    - ", "      ")
        lines.append("")
    if not lines:
        lines += style.wrap(tr(N_("No commit has touched these records yet.")))
    return joined(lines)
