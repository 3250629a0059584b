"""The records of one mall on disk: where their root is, and all of them, read."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mpp_qms.findings import Fault
from mpp_qms.messages import N_, Message
from mpp_qms.records.kinds import BY_NAME, KINDS, Kind
from mpp_qms.records.qms import DEFAULT_TIMEZONE, Qms
from mpp_qms.store.names import names
from mpp_qms.store.reading import SourceFile, read_record
from mpp_qms.store.root import ROOT_FILE

#: Folders nested deeper than this are not searched: no record lies so deep, and an endless nest would end the program.
MAX_FOLDERS = 50


@dataclass(frozen=True, slots=True)
class Repository:
    """All files found under a root, in the order of their paths."""

    root: Path
    files: tuple[SourceFile, ...]

    @property
    def records(self) -> int:
        """How many record files there are, unread ones too."""
        return sum(file.kind is not None for file in self.files)

    @property
    def unread(self) -> int:
        """How many record files could not be read."""
        return sum(file.unread for file in self.files)


def boundary(root: Path) -> Path:
    """The folder that links and paths may not leave: the git work tree that holds the root, else the root."""
    resolved = root.resolve()
    return next((folder for folder in (resolved, *resolved.parents) if (folder / ".git").exists()), resolved)


def folder_in_git(root: Path) -> str:
    """The folder of the records as git names it, with `/` at its end; empty where it is the top of the work tree."""
    inside = root.resolve().relative_to(boundary(root)).as_posix()
    return "" if inside == "." else f"{inside}/"


def load(root: Path) -> Repository:
    """Every file under `root`, read. Raises OSError where the root itself cannot be listed."""
    os.scandir(root).close()
    with _collector_off():
        files = list(_walk(root, (), boundary(root)))
    files.sort(key=lambda file: file.path)
    return Repository(root, tuple(with_zone(file) for file in files))


def load_some(root: Path, paths: Iterable[str]) -> Repository:
    """Some files under `root`, read: those of the paths (relative, with `/`) that there are and that are records.

    What stands in the place of a record, a folder or a link, is looked at as `load` does.
    """
    limit = boundary(root)
    files = []
    for path in sorted(set(paths)):
        parts = tuple(path.split("/"))
        target = root / path
        if place_of(parts) is None or not os.path.lexists(target):
            continue
        if through_link(root, path) is not None:
            files.append(_link(parts, target, limit))
        elif (file := _file(root, parts, regular=target.is_file())) is not None:
            files.append(file)
    return Repository(root, tuple(with_zone(file) for file in files))


def through_link(root: Path, path: str) -> str | None:
    """The link that a path (relative to `root`, with `/`) leads through, or is; None where it leads through none."""
    parts = path.split("/")
    ways = ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
    return next((way for way in ways if (root / way).is_symlink()), None)


def reread(repository: Repository, paths: Iterable[str]) -> Repository:
    """A repository with some of its records as they stand now; what is not there any more is gone."""
    wanted = set(paths)
    kept = [file for file in repository.files if file.path not in wanted]
    fresh = load_some(repository.root, wanted).files
    return Repository(repository.root, tuple(sorted((*kept, *fresh), key=lambda file: file.path)))


#: A text that may be a record's id.
_ID = re.compile(r"(?:SOP|NC|EVD|IA|EA|RTM)-[A-Z0-9-]+")


def near(root: Path, texts: Iterable[str]) -> set[str]:
    """The paths of what some records' texts name, and of qms.yaml: units and records by what looks like their ids."""
    found = {ROOT_FILE}
    texts = tuple(texts)
    try:
        units = [entry.name for entry in os.scandir(root / "units")]
    except OSError:
        units = []
    found |= {f"units/{unit}/unit.yaml" for unit in units if any(unit in text for text in texts)}
    for text in texts:
        found |= {path for id_ in set(_ID.findall(text)) if (path := path_of(id_)) is not None}
    return found


def naming(root: Path, texts: Iterable[str], *kinds: str) -> set[str]:
    """The paths of the records of some kinds in whose files one of some texts stands; files that cannot be read are left out."""
    wanted = [text.encode("utf-8") for text in texts]
    found = set()
    for _, path in names(root, *kinds) if wanted else ():
        file = root / path
        # opening a pipe would wait for whoever writes into it
        with suppress(OSError):
            if file.is_file() and any(text in file.read_bytes() for text in wanted):
                found.add(path)
    return found


def path_of(id_: str) -> str | None:
    """Where a record of an id belongs, by the form of the id alone; None where it has no record's form."""
    for kind in KINDS:
        if kind.id_form is not None and _has_form(kind, id_):
            unit = "-".join(id_.split("-")[1 : _unit_end(kind)]).lower()
            return "/".join(kind.place).replace("{unit}", unit).replace("*", id_)
    return None


def with_zone(file: SourceFile) -> SourceFile:
    """qms.yaml with a fault where this machine does not know its time zone; every other file as it is."""
    if not isinstance(file.record, Qms) or file.record.timezone == DEFAULT_TIMEZONE:
        return file
    try:
        ZoneInfo(file.record.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        fault = Fault("SCH015", {"name": file.record.timezone}, ("timezone",))
        return replace(file, faults=(*file.faults, fault))
    return file


@contextmanager
def _collector_off() -> Iterator[None]:
    # Nothing of what is read is garbage: walking over it again and again cost a third of the time (TECH.md).
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.freeze()
            gc.enable()


def place_at(path: str) -> tuple[Kind, str | None] | None:
    """The kind and the unit's folder of a path relative to the root, with `/`, or None where no record belongs there."""
    return place_of(tuple(path.split("/")))


def place_of(parts: tuple[str, ...]) -> tuple[Kind, str | None] | None:
    """The kind and the unit's folder of a path under the root, or None where no record belongs there."""
    for kind in KINDS:
        if len(parts) != len(kind.place):
            continue
        unit = None
        for part, form in zip(parts, kind.place, strict=True):
            if form == "{unit}":
                unit = part
            elif form == "*.yaml":
                if not part.endswith(".yaml"):
                    break
            elif part != form:
                break
        else:
            return kind, unit
    return None


def _walk(root: Path, parts: tuple[str, ...], limit: Path) -> Iterator[SourceFile]:
    folder = os.path.join(root, *parts)  # noqa: PTH118
    if len(parts) > MAX_FOLDERS:
        yield SourceFile("/".join(parts), None, None, None, (Fault("SYN021", {"limit": MAX_FOLDERS}),))
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        # what the folder holds is not known: that is an unread record, whatever it would have been
        reason = error.strerror or str(error)
        yield SourceFile("/".join(parts), BY_NAME["unit"], None, None, (Fault("SYN001", {"reason": reason}),))
        return
    for entry in entries:
        if entry.name.startswith("."):
            hidden = (*parts, entry.name.lstrip("."))
            if place_of(hidden) is None or not parts:
                continue
            # a hidden record is a record that nobody sees
            yield _refused("/".join((*parts, entry.name)), place_of(hidden), "SYN018", {"right": "/".join(hidden)})
            continue
        here = (*parts, entry.name)
        if entry.is_symlink() or _is_junction(entry):
            yield _link(here, Path(entry.path), limit)
        elif entry.is_dir(follow_symlinks=False):
            place = place_of(here)
            if place is not None:
                yield _refused("/".join(here), place, "SYN015", {"what": Message(N_("a folder"))})
            else:
                yield from _walk(root, here, limit)
        elif (file := _file(root, here, regular=entry.is_file(follow_symlinks=False))) is not None:
            yield file


def _refused(path: str, place: tuple[Kind, str | None] | None, code: str, values: dict[str, object]) -> SourceFile:
    kind, unit = place if place is not None else (None, None)
    return SourceFile(path, kind, unit, None, (Fault(code, values),))


def _file(root: Path, here: tuple[str, ...], *, regular: bool) -> SourceFile | None:
    path = "/".join(here)
    place = place_of(here)
    if place is not None:
        if not regular:
            return _refused(path, place, "SYN015", {"what": Message(N_("not a regular file"))})
        return read_record(root, path, *place)
    if len(here) != 2 or here[0] != "units":  # beside the units' folders anything may lie
        hidden = _folder_of_records(here)
        if hidden is not None:
            return _refused(path, hidden, "SYN015", {"what": Message(N_("not a folder"))})
    lower = here[-1].lower()
    if not lower.endswith((".yaml", ".yml")):
        return _misnamed(root, here)
    straight = (*(part.lower() for part in here[:-1]), lower.removesuffix(".yml").removesuffix(".yaml") + ".yaml")
    meant = place_of(straight)
    if meant is not None:
        # what Windows opens all the same is missing for everybody else: a record, in a name that is not read
        right = "/".join(
            (*straight[:-1], here[-1].rsplit(".", 1)[0] + ".yaml" if "*" in meant[0].place[-1] else straight[-1])
        )
        return _refused(path, meant, "SYN018", {"right": right})
    name = here[-1].rsplit(".", 1)[0]
    kind = next((kind for kind in KINDS if kind.id_form is not None and _has_form(kind, name)), None)
    if kind is not None:
        where = "/".join(kind.place).replace("{unit}", "<unit>").replace("*", name)
        return _refused(path, (kind, None), "SYN020", {"kind": Message(kind.title), "right": where})
    return _refused(path, None, "SYN019", {})


#: Endings that a record gets by mistake; other files beside a record are what it speaks of.
_MISTAKEN = ("", ".txt", ".json", ".yaml ", ".yaml.", ".bak", ".orig")


def _misnamed(root: Path, here: tuple[str, ...]) -> SourceFile | None:
    """A file named like a record, in the place of one, with an ending that is not read; None for any other file."""
    head, _, _ = here[-1].partition(".")
    place = place_of((*here[:-1], f"{head}.yaml"))
    if place is None or place[0].id_form is None or not place[0].id_matches(head, place[1]):
        return None
    ending = here[-1][len(head) :].lower()
    if not (ending in _MISTAKEN or ending.startswith((".yaml", ".yml"))):
        return None
    if (root.joinpath(*here[:-1]) / f"{head}.yaml").exists():
        return None  # a copy that an editor or git left beside the record itself
    return _refused("/".join(here), place, "SYN018", {"right": "/".join((*here[:-1], f"{head}.yaml"))})


def _has_form(kind: Kind, name: str) -> bool:
    head = name.split("-", 2)
    return kind.id_matches(name, head[1] if len(head) > 2 else None) or (
        "{UNIT}" in (kind.id_form or "") and kind.id_matches(name, "-".join(name.split("-")[1 : _unit_end(kind)]))
    )


def _unit_end(kind: Kind) -> int:
    return -2 if kind.name == "nonconformity" else -1


def _is_junction(entry: os.DirEntry[str]) -> bool:
    """True for a directory junction of Windows: it leads elsewhere like a link (Python tells from 3.12 on)."""
    return bool(getattr(entry, "is_junction", lambda: False)())


def _link(here: tuple[str, ...], target: Path, limit: Path) -> SourceFile:
    try:
        resolved = target.resolve()
        inside = resolved.is_relative_to(limit) and resolved.exists()
    except (OSError, RuntimeError):
        inside = False
    place = place_of(here) or _folder_of_records(here)
    return _refused("/".join(here), place, "SYN016" if inside else "SYN017", {})


def _folder_of_records(parts: tuple[str, ...]) -> tuple[Kind, str | None] | None:
    """The kind of record that lies below a path, where records belong there: what stands for it hides them."""
    for kind in KINDS:
        if len(parts) < len(kind.place) and all(
            form in (part, "{unit}") for part, form in zip(parts, kind.place, strict=False)
        ):
            return kind, None
    return None
