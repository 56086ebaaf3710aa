"""Conversations: which entities are made of what people write to each other, and what makes up a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Same(NamedTuple):
    """A legacy column and the target's field that has to say the same, both as paths of look-ups.

    `of`: both are keys, of the entity with this name.
    """

    legacy: str
    target: str
    of: str = ""


@dataclass(frozen=True)
class Conversation:
    """What ties rows of an entity together (nothing: they are all one sequence), who wrote them, when, and what."""

    entity: str
    at: Same
    thread: tuple[Same, ...] = ()
    author: Same | None = None
    text: Same | None = None


def _author(path: str) -> Same:
    return Same("author_id", path, of="profiles")


CONVERSATIONS = (
    Conversation(
        "messages",
        thread=(Same("target_type_id", "target_type_id", of="content_types"), Same("target_id", "target_key")),
        author=_author("sender_id"),
        at=Same("created_at", "created_at"),
        text=Same("text", "content"),
    ),
    Conversation(
        "comments",
        author=_author("author_id"),
        at=Same("created_at", "created_at"),
        text=Same("text", "content"),
    ),
    Conversation(
        "treatment_discussions",
        thread=(Same("plan_id", "treatment_plan_id", of="treatment_plans"),),
        author=_author("comment__author_id"),
        at=Same("created_at", "comment__created_at"),
        text=Same("text", "comment__content"),
    ),
    Conversation(
        "doctor_notes",
        thread=(Same("doctor_id", "doctor_profile_id", of="profiles"),),
        author=_author("author_id"),
        at=Same("created_at", "created_at"),
        text=Same("text", "content"),
    ),
    Conversation(
        "notifications",
        thread=(Same("recipient_id", "recipient_id", of="profiles"),),
        at=Same("created_at", "created_at"),
    ),
    *(
        Conversation(
            entity,
            author=_author("author_id"),
            at=Same("created_at", "occurred_at"),
            text=Same("text", f"{written}__content"),
        )
        for entity, written in (
            ("communication_log", "message"),
            ("communication_log_comments", "comment"),
            ("communication_log_notes", "note"),
        )
    ),
)


def conversation(entity: str) -> Conversation | None:
    return next((one for one in CONVERSATIONS if one.entity == entity), None)
