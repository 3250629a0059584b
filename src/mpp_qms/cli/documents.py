"""Documents named on the command line: a file in the repository becomes its path and sha256, an address its url."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from mpp_qms.messages import N_, Message
from mpp_qms.records.ids import meant
from mpp_qms.store.names import names

_EVIDENCE = re.compile(r"EVD-[0-9]{4}-[0-9]+", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://\S+")
#: What ends like this was meant as a file.
_FILE = re.compile(r"[^\n]*\.(?:pdf|docx?|xlsx?|pptx?|odt|ods|md|txt|csv|jpe?g|png|heic|zip|eml|msg)", re.IGNORECASE)


def reference(option: str, text: str, root: Path) -> Any:
    """A reference (FORMAT.md, 6) for a text; a Message where it names what is not there."""
    text = text.strip()
    if _EVIDENCE.fullmatch(text):
        found = meant(text, [id_ for id_, _ in names(root, "evidence")])
        if len(found) != 1:
            return Message(
                N_("{option}: there is no evidence record {value}."), {"option": option, "value": text.upper()}
            )
        return found[0]
    if _ADDRESS.fullmatch(text):
        return {"url": text}
    file = next((path for path in (Path(text), root / text) if _is_file(path)), None)
    if file is not None:
        return document(option, file, root)
    if _FILE.fullmatch(text):
        return Message(N_("{option}: there is no file {value}."), {"option": option, "value": text})
    return text


def document(option: str, file: Path, root: Path) -> Any:
    """A file of the repository as a reference with its sha256; a Message where it lies elsewhere."""
    from mpp_qms.store.attachments import relative

    path = relative(file, root)
    if path is None:
        text = N_(
            "{option}: {value} lies outside the repository: copy it to documents/ first, under a name of its own."
        )
        return Message(text, {"option": option, "value": str(file)})
    problem = no_document(file) or not_portable(path)
    if problem is not None:
        return Message("{option}: {problem}", {"option": option, "problem": problem})
    return {"path": path, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}


def no_document(file: Path) -> Message | None:
    """Why a file is no document: it is not there, or holds nothing."""
    if not _is_file(file):
        return Message(N_("There is no file {path}."), {"path": str(file)})
    if file.stat().st_size == 0:
        return Message(N_("{path} is empty: a document without content shows nothing."), {"path": str(file)})
    return None


def not_portable(path: str) -> Message | None:
    """That a file of the repository (relative to the root) has a name that a record, git or Windows cannot hold."""
    from mpp_qms.store.attachments import portable

    if portable(path):
        return None
    text = N_("{path}: this name cannot be used everywhere (records, git, Windows): rename the file first.")
    return Message(text, {"path": path})


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
