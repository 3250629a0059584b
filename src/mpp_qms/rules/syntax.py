"""Syntax: what keeps a file from being read as plain YAML at all. Reading raises these; one a file."""

from __future__ import annotations

from mpp_qms.messages import N_
from mpp_qms.rules.registry import declare

declare(
    "SYN001",
    "error",
    title=N_("File cannot be opened"),
    message=N_("The file cannot be opened: {reason}."),
    help=N_("Give yourself the right to read it, close the program that holds it, or fetch it again from git."),
    why=N_("What cannot be read is not known: a record is never left out in silence."),
    source="DESIGN.md, Command line contract",
    example="chmod 000 evidence/EVD-2024-001.yaml",
)
declare(
    "SYN002",
    "error",
    title=N_("File is not UTF-8"),
    message=N_("The file is not UTF-8 text from here on; it looks like {encoding}."),
    help=N_("Save it again with the encoding UTF-8 (in Notepad: Save as, Encoding)."),
    why=N_("Every record is UTF-8, so that a letter means the same on every machine."),
    source="FORMAT.md, 1",
    example="iconv -t UTF-16 unit.yaml",
)
declare(
    "SYN003",
    "error",
    title=N_("File is not YAML"),
    message=N_("The file is not YAML: {problem}."),
    help=N_("Mend the line that is named, or the one before it; a text with `: ` or `#` in it goes into quotes."),
    why=N_("A record whose form is broken says nothing that can be relied on."),
    source="FORMAT.md, 1; YAML 1.2",
    example="title: Gerai kosong: tiga hari",
)
declare(
    "SYN004",
    "error",
    title=N_("Tab in the indentation"),
    message=N_("A tab stands in the indentation."),
    help=N_("Indent with spaces, two for each level; editors can do it by themselves."),
    why=N_("YAML does not allow tabs there, because editors show them in different widths."),
    source="FORMAT.md, 1; YAML 1.2, 6.1",
    example="source:\n\tkind: complaint",
)
declare(
    "SYN005",
    "error",
    title=N_("Empty file"),
    message=N_("The file is empty."),
    help=N_("Write the record, or remove the file."),
    why=N_("A file at the place of a record stands for a record; an empty one may be a lost one."),
    source="FORMAT.md, 1",
    example="# nothing here",
)
declare(
    "SYN006",
    "error",
    title=N_("Record is no mapping"),
    message=N_("The file holds {form} where keys with values belong."),
    help=N_("Write `key: value` lines, beginning in the first column."),
    why=N_("A record is a mapping of keys to values."),
    source="FORMAT.md, 1",
    example="- id: NC-A-2024-001",
)
declare(
    "SYN007",
    "error",
    title=N_("Key given twice"),
    message=N_("The key `{key}` stands here a second time."),
    help=N_("Keep one of the two; join their values where both are meant."),
    why=N_("Programs keep the first or the last of two equal keys: nobody could say which one holds."),
    source="FORMAT.md, 1; YAML 1.2, 3.2.1.3",
    example="grade: minor\ngrade: major",
)
declare(
    "SYN008",
    "error",
    title=N_("Anchor, alias or merge key"),
    message=N_("The file uses an anchor, an alias or a merge key ({mark})."),
    help=N_("Write the values out; put a text that begins with & or * into quotes."),
    why=N_("Each record is to be read by people line by line, and a few aliases can blow up into gigabytes."),
    source="FORMAT.md, 1",
    example="corrections: &c []\nactions: *c",
)
declare(
    "SYN009",
    "error",
    title=N_("Tag"),
    message=N_("The file uses a tag ({tag})."),
    help=N_("Remove the tag; put a text that begins with ! into quotes."),
    why=N_("The format knows only texts, whole numbers, true and false, lists and mappings."),
    source="FORMAT.md, 1",
    example="title: !!str Gerai kosong",
)
declare(
    "SYN010",
    "error",
    title=N_("Key that is no text"),
    message=N_("The key `{key}` is not a text."),
    help=N_("Write a key that the format knows; in braces, a colon or comma too many can make a key of a value."),
    why=N_("Keys are texts; anything else is a typing error."),
    source="FORMAT.md, 1",
    example="true: minor",
)
declare(
    "SYN011",
    "error",
    title=N_("Nested too deeply"),
    message=N_("The file is nested more than {limit} levels deep."),
    help=N_("Close the brackets that were left open; no record needs so many levels."),
    why=N_("Endless nesting is a typing error or an attack; either would stop the program."),
    source="FORMAT.md, 1",
    example="notes: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ ]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
)
declare(
    "SYN012",
    "error",
    title=N_("Two documents in one file"),
    message=N_("A second document begins here (`---`)."),
    help=N_("Put each record into a file of its own."),
    why=N_("One record, one file: the file's name is the id."),
    source="FORMAT.md, 1",
    example="id: EVD-2024-001\n---\nid: EVD-2024-002",
)
declare(
    "SYN013",
    "error",
    title=N_("Sign that does not belong in a text"),
    message=N_("A sign stands here that YAML does not allow ({character})."),
    help=N_("Delete it; it often comes with a text copied from another program."),
    why=N_("Control characters are invisible and can play tricks on a terminal."),
    source="FORMAT.md, 1; YAML 1.2, 5.1",
    example='title: "Gerai\\x07kosong" (the sign itself)',
)
declare(
    "SYN014",
    "error",
    title=N_("File too large"),
    message=N_("The file is larger than {limit} KiB."),
    help=N_("Keep documents beside the record and name them in it by their path."),
    why=N_("A record is text that people read; a large file is an attachment in the wrong place."),
    source="FORMAT.md, 1",
    example="notes: (a whole report of 300 KiB)",
)
declare(
    "SYN015",
    "error",
    title=N_("Not a file"),
    message=N_("Here should be the file of a record, but it is {what}."),
    help=N_("Rename or remove it, and put the record's file in its place."),
    why=N_("Its name is that of a record, so people will take it for one."),
    source="FORMAT.md, Places and ids",
    example="mkdir evidence/EVD-2024-001.yaml",
)
declare(
    "SYN016",
    "warning",
    title=N_("Link inside the repository"),
    message=N_("This is a link; links are not followed."),
    help=N_("Put the file itself here, or remove the link."),
    why=N_("A record stands in one place only; a link would make it count twice."),
    source="FORMAT.md, 1",
    example="ln -s EVD-2024-001.yaml evidence/EVD-2024-002.yaml",
)
declare(
    "SYN017",
    "error",
    title=N_("Link that leaves the repository"),
    message=N_("This link leads out of the repository or nowhere; links are not followed."),
    help=N_("Put the file itself here, or remove the link."),
    why=N_("What lies outside the repository is not under its control, and others do not have it."),
    source="FORMAT.md, 6",
    example="ln -s /mnt/share/EVD-2024-002.yaml evidence/",
)
declare(
    "SYN018",
    "error",
    title=N_("Name in the wrong form"),
    message=N_("The file would be a record, but its name or folder is written in a form that is not read."),
    help=N_("Rename it to {right}."),
    why=N_("Windows takes Unit.YML for unit.yaml, other systems do not: the record would be there for some only."),
    source="FORMAT.md, Places and ids",
    example="units/a/Unit.yml",
)
declare(
    "SYN019",
    "warning",
    title=N_("File that belongs to no record"),
    message=N_("This YAML file belongs to no kind of record in this place."),
    help=N_("Move it to the place of its kind, or give it another ending if it is no record."),
    why=N_("A record in the wrong folder is not counted, and nobody would notice."),
    source="FORMAT.md, Places and ids",
    example="catatan/rapat.yaml",
)
declare(
    "SYN020",
    "error",
    title=N_("Record in the wrong folder"),
    message=N_("By its name this is a record of the kind {kind}, but it does not lie in that kind's folder."),
    help=N_("Move it to {right}."),
    why=N_("A record in the wrong folder is not counted."),
    source="FORMAT.md, Places and ids",
    example="nonconformities/NC-A-2024-001.yaml",
)


declare(
    "SYN021",
    "warning",
    title=N_("Folders nested too deeply"),
    message=N_("Folders lie more than {limit} deep here; what is below is not looked at."),
    help=N_("Move what is needed further up; no record lies so deep."),
    why=N_("A record lies at most four folders deep; an endless nest would stop the program."),
    source="FORMAT.md, Places and ids",
    example="documents/a/a/a/a/a/a/a …",
)


declare(
    "SYN022",
    "warning",
    title=N_("Text cut off by #"),
    message=N_("What follows `#` here is read as a remark; it is no part of the text."),
    help=N_("Put the text in quotes, or leave a blank behind `#` where a remark is meant."),
    why=N_("In YAML ` #` begins a remark: of `Gerai #3 kosong` only `Gerai` would be kept, without a word."),
    source="FORMAT.md, rule 1",
    example="title: Gerai #3 kosong",
)
declare(
    "SYN023",
    "error",
    title=N_("Two versions in one file"),
    message=N_("git could not merge two branches here: both versions stand in the file."),
    help=N_(
        "Where each branch made a finding of its own under one number, give one of them the next one; "
        "else keep of each part what is right, and take the marks out."
    ),
    why=N_("A record says one thing; which of two versions holds is decided by a person."),
    source="FORMAT.md, rule 1 and Places and ids",
    example="<<<<<<< HEAD\ntitle: Gerai kosong\n=======\ntitle: Formulir lama\n>>>>>>> cabang-lain",
    command="mpp-qms nc renumber {record} --next",
)
