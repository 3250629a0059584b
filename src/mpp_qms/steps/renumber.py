"""Another number for a nonconformity: its id changes, and every mention of it, in all records (FORMAT.md, Places and ids)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from mpp_qms.messages import N_, Message
from mpp_qms.records.ids import id_of
from mpp_qms.steps.carry_out import Rewriting, spliced
from mpp_qms.steps.step import Stop
from mpp_qms.store.edits import Append
from mpp_qms.store.git import changed_only_by_one
from mpp_qms.store.names import names
from mpp_qms.store.positions import span_of
from mpp_qms.store.repository import Repository, through_link


@dataclass(frozen=True, slots=True)
class Moving:
    """The record that moves: its path and text, the id it has, and where two branches made one number, both texts: the one
    that keeps it, and the one that moves; `ours`: that is this branch's."""

    path: str
    text: str
    id: str
    versions: tuple[str, str] | None = None
    ours: bool = False

    @property
    def moved(self) -> str:
        """The text that gets the new number."""
        return self.versions[1] if self.versions is not None else self.text


@dataclass(frozen=True, slots=True)
class Renumbering:
    """The records as they would be, the one that moves first; `naming`: the paths of those that name the old id and may
    mean either of two records; `unread`: how many could not be read."""

    target: str
    rewritings: tuple[Rewriting, ...]
    naming: tuple[str, ...]
    unread: int = 0

    @property
    def others(self) -> int:
        """How many records name it."""
        return len(self.rewritings) - 2


def mentions(id_: str) -> re.Pattern[str]:
    """An id where it stands by itself, not as a part of a longer one or of an address or a path elsewhere.

    The path of the record itself is a mention of it.
    """
    alone = rf"(?<![A-Za-z0-9/\\_-]){re.escape(id_)}(?![A-Za-z0-9_-]|\.[A-Za-z0-9])"
    its_file = rf"(?<=nonconformities/){re.escape(id_)}(?=\.yaml(?![A-Za-z0-9]))"
    return re.compile(f"{alone}|{its_file}")


def renamed(text: str, before: str, after: str) -> str:
    """A text with every mention of an id made one of another, in remarks too; all else stays byte for byte.

    What `amended` says was so stays as it was.
    """
    start, end = span_of(text, "amended")
    form = mentions(before)
    return form.sub(after, text[:start]) + text[start:end] + form.sub(after, text[end:])


def next_of(id_: str, taken: Iterable[str]) -> str:
    """The id with the number after the highest of the same unit and year."""
    prefix = id_[: id_.rindex("-") + 1]
    form = re.compile(re.escape(prefix) + r"([0-9]{1,18})", re.IGNORECASE)
    numbers = [int(match[1]) for name in taken if (match := form.fullmatch(name))]
    return f"{prefix}{max(numbers, default=0) + 1:03d}"


def is_number(text: str) -> bool:
    """True of a running number as ids have it: three digits, or more that do not begin with a nought."""
    return re.fullmatch(r"[0-9]{3}|[1-9][0-9]{3,8}", text) is not None


def target_of(id_: str, new: str | None, taken: Collection[str]) -> str | Message:
    """The id that a record gets, or why it cannot be the one that was asked for."""
    target = new.strip().upper() if new is not None else next_of(id_, taken)
    if target in taken:
        return Message(N_("{id} is taken; ids are never used twice."), {"id": target})
    if target[: target.rfind("-")] != id_[: id_.rfind("-")] or not is_number(target[target.rfind("-") + 1 :]):
        return Message(N_("{id}: only the number changes; unit and year stay."), {"id": target})
    return target


def planned(
    moving: Moving,
    new: str | None,
    repository: Repository,
    disposed: Collection[str],
    amendment: dict[str, Any],
    *,
    by_path: bool,
) -> Renumbering | Stop | Message:
    """The record under its new id (None: the next free one) and every mention of it, or why not; a Message: what was
    asked for cannot be.

    `repository`: all records; `disposed`: ids that were; `by_path`: the file was named by its path, so that it is clear
    which of two with one id is meant.
    """
    root = repository.root
    by_id = [(str(getattr(file.record, "id", "")), file.path) for file in repository.files if file.record is not None]
    bearing = [path for id_, path in by_id if id_ == moving.id]
    if not by_path and id_of(moving.path) == moving.id and len(bearing) > 1:
        text = N_("{id} is the id of several files: {paths}. Name the one that is to get another number by its path.")
        return Message(text, {"id": moving.id, "paths": tuple(bearing)})
    taken = [*(id_ for id_, _ in names(root, "nonconformity")), *(id_ for id_, _ in by_id), *disposed]
    target = target_of(moving.id, new, taken)
    if isinstance(target, Message):
        return target
    # one of several that have this id: whom the others mean nobody knows
    twins = [path for path in bearing if path != moving.path]
    theirs = changed_only_by_one(root, ours=moving.ours) if moving.versions is not None else () if twins else None
    others, unread = _texts(repository, {moving.path, *twins})
    found = renumbered(moving, target, others, theirs, amendment)
    return found if isinstance(found, Stop) else replace(found, unread=unread)


def _texts(repository: Repository, but: Collection[str]) -> tuple[dict[str, str], int]:
    """The texts of all records but some, by their paths, and how many cannot be read."""
    texts, unread = {}, 0
    for file in repository.files:
        if file.path in but or file.kind is None:
            continue
        if through_link(repository.root, file.path) is not None:
            unread += 1
            continue
        try:
            texts[file.path] = (repository.root / file.path).read_bytes().decode("utf-8")
        except (FileNotFoundError, IsADirectoryError, UnicodeDecodeError):
            # no text there, and told by check; any other trouble stops it all
            unread += 1
    return texts, unread


def renumbered(
    moving: Moving, target: str, others: Mapping[str, str], theirs: Collection[str] | None, amendment: dict[str, Any]
) -> Renumbering | Stop:
    """The record under its new id, and every mention of the old one in the texts of the others, by path.

    `theirs`: the paths of which it is clear whom they mean, where another record keeps the id; None: none does.
    `amendment`: what `amended` is to tell; without a hand (`by`) it tells nothing, for a number that was never published
    needs none.
    """
    after = renamed(moving.moved, moving.id, target)
    if "by" in amendment:
        reason = {"reason": amendment["reason"]}
        told = {key: value for key, value in amendment.items() if key not in reason}
        noted = spliced(
            moving.path, after, (Append(("amended",), told | {"from": moving.id, "to": target} | reason),), target
        )
        if isinstance(noted, Stop):
            return noted
        after = noted.after or after
    new_path = f"{moving.path.rsplit('/', 1)[0]}/{target}.yaml"
    if moving.versions is not None:
        rewritings = [Rewriting(new_path, None, after), Rewriting(moving.path, moving.text, moving.versions[0])]
    else:
        rewritings = [Rewriting(new_path, None, after, was=moving.path), Rewriting(moving.path, moving.text, None)]
    naming = []
    for path, text in others.items():
        if mentions(moving.id).search(text):
            if theirs is None or path in theirs:
                rewritings.append(Rewriting(path, text, renamed(text, moving.id, target)))
            else:
                naming.append(path)
    return Renumbering(target, tuple(rewritings), tuple(naming))
