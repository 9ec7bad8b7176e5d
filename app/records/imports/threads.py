"""Taking comments in, each under the comment that it answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, update

from app.database import db
from app.discussion.acts import DEEPEST
from app.discussion.models import Comment, CommentState
from app.proposals.models import Proposal
from app.records.imports.known import Known, Told, fresh, fresh_ids, standing, watched
from app.records.imports.material import CommentIn, Material
from app.writing import bulk_insert


class Place(NamedTuple):
    """Where a comment stands: the top of its thread (None: it is the top), and how many comments are above it."""

    top: str | None
    depth: int


_TOP = Place(None, 0)


def take(deliberation_id: int, material: Material, proposals: Known, told: Told) -> int:
    """Take in the comments that do not stand yet. Returns how many they are."""
    known = standing(Comment, deliberation_id)
    new = fresh(material.comments, known, material, "comments")
    ids = {**known, **dict(zip((one.external_id for one in new), fresh_ids(Comment, len(new)), strict=True))}
    found = places({one.external_id: one.parent for one in material.comments})
    new.sort(key=lambda one: found[one.external_id].depth)  # parents before answers, for the foreign key
    bulk_insert(Comment, watched(_rows(new, deliberation_id, proposals, ids, found), told))
    _recount(new, proposals)
    return len(new)


def places(parents: Mapping[str, str | None]) -> dict[str, Place]:
    """The place of each comment, from the ids of what they answer. No comment may answer itself in turn."""
    return {key: _TOP if parent is None else _place(parent, parents) for key, parent in parents.items()}


def _place(parent: str, parents: Mapping[str, str | None]) -> Place:
    depth = 1
    while (above := parents[parent]) is not None:
        parent, depth = above, depth + 1
    return Place(parent, depth)


def _rows(
    new: Sequence[CommentIn],
    deliberation_id: int,
    proposals: Known,
    ids: Mapping[str, int],
    found: Mapping[str, Place],
) -> Iterator[dict[str, Any]]:
    for one in new:
        place = found[one.external_id]
        yield {
            "id": ids[one.external_id],
            "deliberation_id": deliberation_id,
            "proposal_id": proposals.ids[one.proposal],
            "parent_id": ids[one.parent] if one.parent else None,
            "root_id": ids[place.top] if place.top else None,
            "depth": min(place.depth, DEEPEST),
            "author_id": None,
            "author_label": one.author,
            "author_role": None,
            "position": one.position,
            "body": one.body,
            "lang": one.lang,
            "state": (CommentState.HIDDEN if one.hidden else CommentState.PUBLIC).value,
            "created_at": one.created_at,
            "edited_at": None,
            "edit_until": None,
            "external_id": one.external_id,
            "imported_helpful": one.helpful,
            "imported_unhelpful": one.unhelpful,
            "helpful_count": one.helpful - one.unhelpful,
        }


def _recount(new: Sequence[CommentIn], proposals: Known) -> None:
    """Proposals that stood before get the readable comments that came now added to their number."""
    more = Counter(one.proposal for one in new if one.proposal not in proposals.new and not one.hidden)
    if more:
        db.session.connection().execute(
            update(Proposal)
            .where(Proposal.id == bindparam("of"))
            .values(comments_count=Proposal.comments_count + bindparam("more")),
            [{"of": proposals.ids[key], "more": how_many} for key, how_many in more.items()],
        )
