"""How new facts came: which commit brought each, on which day, and whose hand it was by `.mpp-qms/signers`.

A line of that file is a staff code and a key (`P-017 ssh-ed25519 AAAA…`), or, weaker, an address (`P-017 a@example.org`).
It lies outside the records, so that it holds what no record may hold.
"""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from pathlib import Path

from mpp_qms.findings import Route
from mpp_qms.history import Came, Hand, History
from mpp_qms.messages import N_, Message
from mpp_qms.rules.history import Act, acts, new_acts
from mpp_qms.store.git import GitFailed, git, git_bytes
from mpp_qms.store.history import Commit, Version, blobs, record_in, touched
from mpp_qms.store.lock import FOLDER
from mpp_qms.store.reading import MAX_BYTES

SIGNERS = f"{FOLDER}/signers"
#: Where nobody says who signs, a name stands for itself: no rule has anything to say of it.
_NOT_ASKED: Hand = "not-asked"


@dataclass(frozen=True, slots=True)
class Signers:
    """Who signs: staff code → public keys as git's allowed signers write them, and staff code → addresses; `broken`: what is
    wrong with lines that could not be understood."""

    keys: Mapping[str, tuple[str, ...]]
    addresses: Mapping[str, tuple[str, ...]]
    broken: tuple[Message, ...] = ()


class BrokenSigners(Exception):  # noqa: N818 (a person settles it)
    """A line of the file that says who signs cannot be understood: where, and what is wrong with it."""

    def __init__(self, message: Message) -> None:
        """`message`: the sentence."""
        super().__init__(message.template)
        self.message = message


def read_signers(root: Path, base: Version) -> Signers | None:
    """The signers of a mall; None where it has no such file.

    Where the commit a change starts from has the file, that one counts: nobody enters a key and uses it in one go. Raises
    BrokenSigners where the file here has a line that cannot be understood; one of the base is only named in `broken`, or
    no change could ever mend it, and whoever it meant has no key, which is a finding of each of their acts.
    """
    content_here = _content(root / SIGNERS)
    here = _signers(content_here, SIGNERS) if content_here is not None else None
    if here is not None and here.broken:
        raise BrokenSigners(here.broken[0])
    try:
        content = git_bytes(root, ["show", f"{base.commit}:{base.folder}{SIGNERS}"], b"")
    except GitFailed:
        return here
    return _signers(content, f"{SIGNERS} ({base.commit[:10]})")


def _content(file: Path) -> bytes | None:
    """What a file holds; None where there is none. Raises BrokenSigners of what is no file, or larger than one is."""
    if any(place.is_symlink() for place in (file.parent, file)) or (file.exists() and not file.is_file()):
        raise BrokenSigners(Message(_NO_FILE_HERE, {"file": SIGNERS}))
    try:
        if file.stat().st_size > MAX_BYTES:
            raise BrokenSigners(Message(_TOO_LARGE, {"file": SIGNERS, "limit": MAX_BYTES // 1024}))
        return file.read_bytes()
    except FileNotFoundError:
        return None


_NO_FILE_HERE = N_("{file} is no file of its own: put the file itself there, no link and no folder.")
_TOO_LARGE = N_("{file} is larger than {limit} KiB, more than is read.")
#: What stands in a line that cannot be understood.
_NOT_UTF8 = N_("{file}, line {line}: this is not UTF-8; save the file as UTF-8.")
_NO_CODE = N_("{file}, line {line}: no staff code stands in front; write it before the key or the address.")
_NO_KEY = N_("{file}, line {line}: behind {code} stands no whole key and no e-mail address.")
_KEYS = ("ssh-", "ecdsa-", "sk-")
#: What ssh-keygen takes for more than one name.
_PATTERN = re.compile(r"[*?!,\"]")


def _signers(content: bytes, file: str) -> Signers:
    keys: dict[str, tuple[str, ...]] = {}
    addresses: dict[str, tuple[str, ...]] = {}
    broken = []
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        values: dict[str, object] = {"file": file, "line": number}
        try:
            # what stands behind a key, and in a remark, is nobody's business
            words = line.split(b"#", 1)[0].decode("utf-8").split()
        except UnicodeDecodeError:
            broken.append(Message(_NOT_UTF8, values))
            continue
        if not words:
            continue
        code, rest = words[0], words[1:]
        if code.startswith(_KEYS) or "@" in code or _PATTERN.search(code):
            broken.append(Message(_NO_CODE, values))
        elif len(rest) > 1 and _is_key(rest[0], rest[1]):
            keys[code] = (*keys.get(code, ()), f"{rest[0]} {rest[1]}")
        elif len(rest) == 1 and re.fullmatch(r"<?[^@<>\s]+@[^@<>\s]+>?", rest[0]) and not rest[0].startswith(_KEYS):
            addresses[code] = (*addresses.get(code, ()), rest[0].strip("<>").casefold())
        else:
            broken.append(Message(_NO_KEY, {**values, "code": code if len(code) <= 40 else f"{code[:39]}…"}))
    return Signers(keys, addresses, tuple(broken))


def _is_key(kind: str, text: str) -> bool:
    """True of a whole public key as ssh-keygen writes it: its parts, each with its length in front; the first is its kind."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return False
    parts = []
    while len(data) >= 4:
        length = int.from_bytes(data[:4], "big")
        parts.append(data[4 : 4 + length])
        if len(parts[-1]) < length:
            return False
        data = data[4 + length :]
    return not data and len(parts) > 1 and parts[0] == kind.encode() and kind.startswith(_KEYS)


def with_provenance(
    history: History, root: Path, base: Version, today: date, signers: Signers | None, zone: tzinfo | None = None
) -> History:
    """The history, with how each new act came; `base` is what a change starts from. Raises GitFailed."""
    by_path: dict[str, list[tuple[Route, Act]]] = {}
    for pair, route, act in new_acts(history):
        by_path.setdefault(pair.path, []).append((route, act))
    came: dict[tuple[str, Route], Came] = {}
    hands: dict[str, tuple[Hand, str | None]] = {}
    with tempfile.TemporaryDirectory(prefix="mpp-qms-") as folder:
        allowed = Path(folder) / "allowed_signers"
        if signers is not None:
            text = "".join(f'{code} namespaces="git" {key}\n' for code, found in signers.keys.items() for key in found)
            allowed.write_text(text, encoding="utf-8", newline="\n")
        brought = _brought(root, base, set(by_path), zone)
        for path, found in by_path.items():
            for route, act in found:
                commit = next((commit for commit, known in brought.get(path, ()) if (route[0], act) in known), None)
                came[path, route] = _came(root, commit, act, today, signers, allowed, hands)
    return replace(history, came=came)


def _brought(
    root: Path, base: Version, paths: set[str], zone: tzinfo | None
) -> dict[str, list[tuple[Commit, set[tuple[object, Act]]]]]:
    """Of each path, the commits after `base` that touched it, the oldest first, with the acts it held after each.

    All of them are asked of git at once. A file that was renamed meanwhile is followed to its earlier names.
    """
    now = {path: path for path in paths}
    versions: list[tuple[str, Commit, str]] = []
    commits = touched(root, since=base.commit, zone=zone, everywhere=base.moved) if paths else []
    for entry in commits:
        for file in entry.files:
            if file.path in now and file.after:
                versions.append((now[file.path], entry.commit, file.after))
                if file.was != file.path:
                    now[file.was] = now.pop(file.path)
    contents = blobs(root, [name for _, _, name in versions])
    found: dict[str, list[tuple[Commit, set[tuple[object, Act]]]]] = {}
    for path, commit, name in reversed(versions):
        found.setdefault(path, []).append((commit, _acts_in(path, contents[name])))
    return found


def _acts_in(path: str, content: bytes) -> set[tuple[object, Act]]:
    """The acts that a version of a record held; none where it could not be read."""
    record = record_in(path, content)
    return {(route[0], act) for route, act in acts(record)} if record is not None else set()


def _came(
    root: Path,
    commit: Commit | None,
    act: Act,
    today: date,
    signers: Signers | None,
    allowed: Path,
    hands: dict[str, tuple[Hand, str | None]],
) -> Came:
    day, name = (commit.day, commit.name) if commit is not None else (today, None)
    if signers is None:
        return Came(day, name, _NOT_ASKED)
    if commit is None or act.by is None:
        return Came(day, name)
    key = f"{commit.name} {act.by}"
    if key not in hands:
        hands[key] = _hand(root, commit, act.by, signers, allowed)
    hand, who = hands[key]
    return Came(commit.day, commit.name, hand, who)


def _hand(root: Path, commit: Commit, code: str, signers: Signers, allowed: Path) -> tuple[Hand, str | None]:
    """Whose hand a commit is, as far as somebody is named who should have made it."""
    if code in signers.keys:
        signer = _signer(root, commit.name, allowed)
        if signer is None:
            return "unsigned", None
        return ("signed", signer) if signer == code else ("another", signer)
    if code in signers.addresses:
        author = commit.address.casefold()
        if author in signers.addresses[code]:
            return "address", None
        # an address is personal data: the code it belongs to is told, where it belongs to one
        owner = next((other for other, known in signers.addresses.items() if author in known), None)
        return "another", owner
    return "unknown", None


def _signer(root: Path, commit: str, allowed: Path) -> str | None:
    """The staff code whose key signed a commit; None where it is not signed by a key of anybody known."""
    try:
        # -c and --format leave nothing of the machine's own settings to decide, nor do keys of other systems that lie there:
        # whoever makes a PGP key may write any name into it
        settings = {
            "gpg.format": "ssh",
            "gpg.ssh.program": "ssh-keygen",
            "gpg.ssh.allowedSignersFile": str(allowed),
            "gpg.program": "false",
            "gpg.x509.program": "false",
        }
        answer = git(
            root,
            *(word for name, value in settings.items() for word in ("-c", f"{name}={value}")),
            "log",
            "-1",
            "--no-show-signature",
            "--format=%G?%x00%GS",
            commit,
        )
    except GitFailed:
        return None
    state, _, signer = answer.strip("\n").partition("\0")
    return signer.strip() or None if state == "G" else None
