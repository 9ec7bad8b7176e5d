"""The counting methods by name: what each is called, how it works in one sentence, which marks it knows. Pure."""

from __future__ import annotations

from enum import StrEnum

from app.charter.words import N_
from app.voting.counting import approval, yes_no


class Method(StrEnum):
    """How ballots are marked and counted. The value is the name used in settings, records and the log."""

    APPROVAL = approval.NAME
    YES_NO = yes_no.NAME


METHOD_WORDS = {
    Method.APPROVAL: N_("Approval"),
    Method.YES_NO: N_("Yes, no or abstain"),
}

METHOD_PURPOSE = {
    Method.APPROVAL: N_("Mark every proposal that you can support. The proposals with the most marks are carried."),
    Method.YES_NO: N_("Say yes or no to each proposal, or abstain. Each proposal is judged by itself."),
}

MARKS = {
    Method.APPROVAL: approval.MARKS,
    Method.YES_NO: yes_no.MARKS,
}

MARK_WORDS = {
    "approve": N_("Approve"),
    "yes": N_("Yes"),
    "no": N_("No"),
    "abstain": N_("Abstain"),
}
