"""Schema: a file that parses, but is not (yet) a record of its kind. Reading raises these."""

from __future__ import annotations

from mpp_qms.messages import N_
from mpp_qms.rules.registry import declare

declare(
    "SCH001",
    "error",
    title=N_("Required key is missing"),
    message=N_("The key `{key}` is missing or has no value."),
    help=N_("Add `{key}`; `mpp-qms schema` prints what each kind of record holds."),
    why=N_("Without its required keys a record cannot be judged; it counts as unread."),
    source="FORMAT.md, 8",
    example="id: EVD-2024-001\ntitle: Laporan SKM\nshows: [customer-satisfaction]\ndate: 2024-06-30",
)
declare(
    "SCH002",
    "error",
    title=N_("Unknown key"),
    message=N_("There is no key `{key}` here.{hint}"),
    help=N_("Correct the key or remove it; a key of the mall's own begins with x-."),
    why=N_("A misspelt key is a fact that nobody sees: it would be left out in silence."),
    source="FORMAT.md, 1",
    example="detected: {date: 2024-10-15, bye: P-031}",
)
declare(
    "SCH003",
    "error",
    title=N_("Wrong form of value"),
    message=N_("The key `{key}` holds {found} where {form} belongs."),
    help=N_("Write {form}."),
    why=N_("A value in the wrong form cannot be judged; the record counts as unread."),
    source="FORMAT.md, 1",
    example='clauses: "8.5.1"',
)
declare(
    "SCH004",
    "error",
    title=N_("Value that is not among the choices"),
    message=N_("The key `{key}` cannot be {found}.{hint}"),
    help=N_("Write one of: {choices}."),
    why=N_("These words are fixed, so that records can be counted and compared."),
    source="FORMAT.md",
    example="grade: mayor",
)
declare(
    "SCH005",
    "error",
    title=N_("Not a day"),
    message=N_("The key `{key}` holds {found}, which is no day.{hint}"),
    help=N_("Write the day as YYYY-MM-DD, for example 2024-10-15."),
    why=N_("Every clock and every order of events rests on days that exist."),
    source="FORMAT.md, 3; ISO 8601",
    example="date: 15-10-2024",
)
declare(
    "SCH006",
    "error",
    title=N_("Year or month where a day belongs"),
    message=N_("The key `{key}` holds {found}; only a record with `legacy` may give a year or a month."),
    help=N_("Write the day as YYYY-MM-DD, or say with `legacy` from which older system the record was entered."),
    why=N_("What is recorded today has a day; only what was entered from an older system may be less exact."),
    source="FORMAT.md, 3",
    example="date: 2024-10",
)
declare(
    "SCH007",
    "error",
    title=N_("Number out of bounds"),
    message=N_("The key `{key}` holds {found}; it is to be {bound}."),
    help=N_("Correct the number."),
    why=N_("A number outside these bounds is a typing error."),
    source="FORMAT.md, qms.yaml",
    example="policy: [{from: 2024-01-01, closing_days: -5}]",
)
declare(
    "SCH008",
    "error",
    title=N_("Empty text"),
    message=N_("The key `{key}` holds an empty text."),
    help=N_("Write the text, or remove the key."),
    why=N_("A key that is there but says nothing looks filled in."),
    source="FORMAT.md, 8",
    example='title: ""',
)
declare(
    "SCH009",
    "error",
    title=N_("Empty list"),
    message=N_("The list `{key}` needs at least one entry."),
    help=N_("Add an entry."),
    why=N_("Without an entry here the record cannot be judged."),
    source="FORMAT.md, 8",
    example="clauses: []",
)
declare(
    "SCH010",
    "error",
    title=N_("Record of another kind"),
    message=N_("Here belongs a record of the kind {kind}, but this looks like one of the kind {looks}."),
    help=N_("Move the file to the folder of its kind."),
    why=N_("One finding says more than a list of all keys that do not fit."),
    source="FORMAT.md, Places and ids",
    example="evidence/EVD-2024-002.yaml holding a management review",
)
declare(
    "SCH011",
    "error",
    title=N_("Further findings"),
    message=N_("The file has {count} more findings of this sort; the first {shown} are shown."),
    help=N_("Mend those that are shown and check again."),
    why=N_("A long list of findings in one file mostly has one cause."),
    source="FORMAT.md, 1",
    example="a nonconformity with thirty unknown keys",
)
declare(
    "SCH012",
    "error",
    title=N_("Format that is not known"),
    message=N_("The records are written in format {schema}; this program knows format {known}."),
    help=N_("Use a newer mpp-qms, or write `schema: {known}` if that is what the records are."),
    why=N_("A later format may mean something else by the same keys."),
    source="FORMAT.md, 8",
    example="schema: 2",
)
declare(
    "SCH014",
    "error",
    title=N_("Not a sha256"),
    message=N_("The key `{key}` holds no sha256 checksum."),
    help=N_("Write its 64 hexadecimal digits, or remove the key."),
    why=N_("A checksum that is cut short or mistyped proves nothing about the document."),
    source="FORMAT.md, 6",
    example="document: {path: laporan.pdf, sha256: 12ab}",
)


declare(
    "SCH015",
    "error",
    title=N_("Unknown time zone"),
    message=N_("The time zone {name} is not known; days are counted in that of Jakarta."),
    help=N_("Write Asia/Jakarta, Asia/Makassar or Asia/Jayapura."),
    why=N_("What is late depends on which day it is, and that on the time zone."),
    source="FORMAT.md, qms.yaml",
    example="timezone: WIB",
)
