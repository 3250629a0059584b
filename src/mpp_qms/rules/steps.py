"""Steps: what must hold before one is taken that the record cannot show afterwards. `steps` raises these."""

from __future__ import annotations

from mpp_qms.messages import N_
from mpp_qms.rules.registry import declare

_OVER = N_("What is over stays as it was: an auditor must be able to rely on it.")
_TWICE = N_("A fact is entered once; a second entry would hide the first.")
_LIFE = "FORMAT.md, Status on a day"

declare(
    "STP001",
    "error",
    title=N_("Step in a voided finding"),
    message=N_("{record} has been void since {date}: nothing is added to it."),
    help=N_("Enter a new finding where there is one after all."),
    why=_OVER,
    source=_LIFE,
    example="mpp-qms nc close NC-PERTANAHAN-2024-002, which was voided",
)
declare(
    "STP002",
    "error",
    title=N_("Step in a closed finding"),
    message=N_("{record} has been closed since {date}."),
    help=N_("Reopen it first, with the reason, where it is not settled after all."),
    why=_OVER,
    source=_LIFE,
    example="mpp-qms action add NC-PERTANAHAN-2024-001 …, which is closed",
)
declare(
    "STP003",
    "error",
    title=N_("Reopening of what is not closed"),
    message=N_("{record} is not closed; its status: {status}."),
    help=N_("Take the next step of its life instead."),
    why=N_("Reopening takes back a closing; without one there is nothing to take back."),
    source=_LIFE,
    example="mpp-qms nc reopen NC-PERTANAHAN-2024-001 …, which is still open",
)
declare(
    "STP004",
    "error",
    title=N_("Step on an action that is done"),
    message=N_("{action} of {record} was done on {date}."),
    help=N_("Add another action where something is left to do."),
    why=_TWICE,
    source="FORMAT.md, 5",
    example="mpp-qms action done NC-PERTANAHAN-2024-001 A1, a second time",
)
declare(
    "STP005",
    "error",
    title=N_("Step on an action that is cancelled"),
    message=N_("{action} of {record} was cancelled on {date}."),
    help=N_("Add another action where something is to be done after all."),
    why=_OVER,
    source="FORMAT.md, 5",
    example="mpp-qms action done NC-PERTANAHAN-2024-001 A2, which was cancelled",
)
declare(
    "STP006",
    "error",
    title=N_("Plan without an action"),
    message=N_("{record} has no action that the plan could be of."),
    help=N_("Add what is to be done first; or say with --no-action why nothing is."),
    why=N_("A plan counts only with an action that is not cancelled, or with the reason why none is needed."),
    source=_LIFE,
    example="mpp-qms nc plan NC-PERTANAHAN-2024-001 --by P-002, before any action was added",
)
declare(
    "STP007",
    "error",
    title=N_("Verification of nothing"),
    message=N_("{record} has nothing to verify yet; its status: {status}."),
    help=N_("Have the plan approved and its actions carried out first."),
    why=N_("A verification looks at what was carried out, and whether it helped."),
    source=_LIFE,
    example="mpp-qms nc verify NC-PERTANAHAN-2024-001 --result effective, before anything was done",
)
declare(
    "STP008",
    "error",
    title=N_("Return of nothing"),
    message=N_("{record} has no {step} that could be returned."),
    help=N_("Only an answer that stands can be sent back."),
    why=N_("A return takes back what the unit answered; without an answer there is nothing to take back."),
    source=_LIFE,
    example="mpp-qms nc return NC-PERTANAHAN-2024-001 --step cause, before a cause was given",
)
declare(
    "STP009",
    "error",
    title=N_("Entered already"),
    message=N_("{record}: {what} stands there already, of {date}."),
    help=N_("A typing error in it is put right by an amendment: nc amend, or in an SOP an entry in `amended`."),
    why=_TWICE,
    source="FORMAT.md, 2",
    example="mpp-qms nc issue NC-PERTANAHAN-2024-001, a second time",
)
declare(
    "STP010",
    "error",
    title=N_("Answer to a body that found nothing"),
    message=N_("{record} is no finding of a body outside the mall."),
    help=N_("Only a finding with `external` is answered to its body; a body's own number and day go there."),
    why=N_("Only the body that found it accepts an answer or closes it."),
    source="FORMAT.md, Nonconformity (external)",
    example="mpp-qms nc respond NC-PERTANAHAN-2024-001 --submitted 2024-11-20, found by the unit itself",
)
declare(
    "STP011",
    "error",
    title=N_("Answer to the body out of turn"),
    message=N_("{record}: {why}."),
    help=N_("An answer is submitted, then accepted or returned; when it was returned, a new one is submitted."),
    why=N_("What the body decided, on which answer, must be clear in ten years."),
    source="FORMAT.md, What is late (response)",
    example="mpp-qms nc respond NC-PERTANAHAN-2024-001 --result accepted, before anything was submitted",
)
declare(
    "STP012",
    "error",
    title=N_("No change"),
    message=N_("{record}: {what} is {value} already."),
    help=N_("There is nothing to enter."),
    why=_TWICE,
    source="FORMAT.md, 2",
    example="mpp-qms nc grade NC-PERTANAHAN-2024-001 --to minor, which is a minor",
)
declare(
    "STP013",
    "error",
    title=N_("Step on a withdrawn SOP"),
    message=N_("{record} was withdrawn on {date}."),
    help=N_("Enter a new SOP where the work goes on."),
    why=_OVER,
    source="FORMAT.md, SOP",
    example="mpp-qms sop revise SOP-DPMPTSP-001 …, which was withdrawn",
)
declare(
    "STP014",
    "error",
    title=N_("SOP without a revision in force"),
    message=N_("{record} had no revision in force on {date}."),
    help=N_("Enter the revision first; sop read takes one that is not in force yet by its number: --revision."),
    why=N_("People review, and read, a certain revision."),
    source="FORMAT.md, SOP",
    example="mpp-qms sop review SOP-DPMPTSP-001 --result valid, while it is a draft",
)
declare(
    "STP015",
    "error",
    title=N_("File that cannot be edited safely"),
    message=N_("{record} is written in a way that this step cannot be put into safely; nothing was changed."),
    help=N_("Enter the step by hand with nc edit; the file stays as it is."),
    why=N_("An edit touches nothing but the lines it must; where that cannot be made sure of, a person does it."),
    source="DESIGN.md, writing.py",
    example="a key that is given by an explicit `?` in a bracket of several lines",
)
declare(
    "STP016",
    "error",
    title=N_("No action needed, with actions standing"),
    message=N_("{record} has actions; a plan cannot say at once that none is needed."),
    help=N_("Approve the plan without --no-action; an action that is still open can be cancelled first."),
    why=N_("A plan that says both would look carried out while its actions are open."),
    source=_LIFE,
    example="mpp-qms nc plan NC-PERTANAHAN-2024-001 --no-action …, while A1 is open",
)
declare(
    "STP017",
    "error",
    title=N_("Verification while a correction is open"),
    message=N_("{action} of {record} is still open: an effectiveness verified now would not count for the closing."),
    help=N_("Carry the correction out first, or cancel it with its reason."),
    why=N_("What is closed as effective must be put right, too."),
    source="FORMAT.md, What must be there",
    example="mpp-qms nc verify NC-PERTANAHAN-2024-001 --result effective, while C1 is open",
)
declare(
    "STP018",
    "error",
    title=N_("Change of an action before its last change"),
    message=N_("{action} of {record} was changed on {date}: an earlier entry would change nothing."),
    help=N_("Enter it with a day on or after that."),
    why=N_("The latest entry holds; an earlier one would look like a change and be none."),
    source="FORMAT.md, 5",
    example="mpp-qms hand-over --from P-021 --to P-022 --date 2024-11-01, after an extension of 2024-11-10",
)
declare(
    "STP019",
    "error",
    title=N_("Extension to no later day"),
    message=N_("{action} of {record} is due on {due}; an extension leads to a later day."),
    help=N_("Give a later day with --to."),
    why=N_("An earlier day needs no approval: it is done earlier."),
    source="FORMAT.md, 5",
    example="mpp-qms action extend NC-PERTANAHAN-2024-001 A1 --to 2024-12-17, due on 2024-12-18",
)
declare(
    "STP020",
    "error",
    title=N_("Step dated before what it has to follow"),
    message=N_("{record}: {what} is of {date}; this step dated {day} would change nothing."),
    help=N_("The earliest day for it is {earliest}."),
    why=N_("What a later entry takes back or stands above would look like a step and be none."),
    source=_LIFE,
    example="mpp-qms nc close NC-PERTANAHAN-2024-001 --date 2024-10-05 …, which was reopened on 2024-11-25",
)
declare(
    "STP021",
    "error",
    title=N_("Revision before one that is entered already"),
    message=N_("{record}: revision {number} is in force from {date}; one from {day} would never hold."),
    help=N_("Enter the day from which this one holds; a wrong day in an earlier one is put right by hand (`amended`)."),
    why=N_("The revision with the latest day holds; an earlier one would look like news and be none."),
    source="FORMAT.md, SOP",
    example="mpp-qms sop revise SOP-DPMPTSP-001 --effective 2024-07-31 …, after one from 2024-08-05",
)
declare(
    "STP022",
    "error",
    title=N_("The same entry again"),
    message=N_("{record}: exactly this entry stands under `{list}` already."),
    help=N_("There is nothing to enter; where it happened a second time, say what is different about it."),
    why=_TWICE,
    source="FORMAT.md, 2",
    example="mpp-qms nc verify NC-PERTANAHAN-2024-001 --result effective --by P-032 --date 2025-01-20, run a second time",
)
declare(
    "STP023",
    "error",
    title=N_("Revision without a number"),
    message=N_("{record}: the last revision is {number}, and which number comes after it cannot be told."),
    help=N_("Give the number of the new one with --number."),
    why=N_("People cite the number of a revision, and readings are of it."),
    source="FORMAT.md, SOP",
    example="mpp-qms sop revise SOP-DPMPTSP-001 --effective 2024-08-05 …, after a revision `awal`",
)
