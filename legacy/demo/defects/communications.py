"""Defects of records, comments, notes and notifications."""

from legacy.demo.planter import Planter, failed, migrated, resolved
from legacy.demo.reference import PATIENT_TYPE, USER_TYPE


def record_target_gone(plant: Planter) -> None:
    """Records about a patient or a person who is gone: the message stays, with the old key."""
    for kind, parent, field in (
        (PATIENT_TYPE, "dispatch_patient", "recipient_patient"),
        (USER_TYPE, "auth_user", "recipient_profile"),
    ):
        plant.lose(
            "record_target_gone",
            "dispatch_record",
            plant.share(250),
            "target_id",
            parent,
            field,
            where=f"target_type_id = {kind}",
        )


def record_type_other(plant: Planter) -> None:
    """Records about other things, about nothing, or about a content type that drifted away: all skipped."""
    for value, note in ((17, "another type"), (None, "no type")):
        ids = plant.pick("record_type_other", "dispatch_record", plant.share(100))
        plant.change("dispatch_record", ids, "target_type_id", value)
        plant.expect("record_type_other", "dispatch_record", ids, migrated("messages"), note=note)
    plant.lose(
        "record_content_type_gone",
        "dispatch_record",
        plant.share(20),
        "target_type_id",
        "django_content_type",
        "target_type",
    )


def record_author_gone(plant: Planter) -> None:
    """Records of authors who are gone."""
    plant.lose("record_author_gone", "dispatch_record", plant.share(120), "author_id", "auth_user", "sender", "author")


def record_text(plant: Planter) -> None:
    """Records without text, which may still carry files, and texts in Japanese."""
    plant.spoil("record_text_blank", "dispatch_record", plant.share(60), "text", "", migrated("messages"))
    plant.spoil(
        "japanese_text",
        "dispatch_record",
        plant.share(200),
        "text",
        "上顎のアライナーが合いません。至急ご確認ください。",
        migrated("messages"),
    )


def comment_blank(plant: Planter) -> None:
    """Comments that say nothing, left out by the original without a word."""
    for value in ("", "   ", None):
        plant.spoil(
            "comment_blank",
            "dispatch_comment",
            plant.share(20),
            "text",
            value,
            failed("comments", "content", "required"),
            where="true",
        )


def comment_parents_gone(plant: Planter) -> None:
    """Comments on a plan that is gone (63): the words stay, the discussion cannot. Authors who are gone."""
    plant.lose("comment_plan_gone", "dispatch_comment", plant.share(63), "plan_id", "dispatch_plan", "treatment_plan")
    plant.lose("comment_author_gone", "dispatch_comment", plant.share(30), "author_id", "auth_user", "author")


def note_parents_gone(plant: Planter) -> None:
    """A note about a doctor who is gone (1 of 963), and notes of authors who are gone."""
    plant.lose("note_doctor_gone", "dispatch_note", plant.share(1), "doctor_id", "auth_user", "doctor_profile")
    plant.lose("note_author_gone", "dispatch_note", plant.share(5), "author_id", "auth_user", "author")


def notification_context(plant: Planter) -> None:
    """Forty contexts that are no JSON: bad escapes 18, nothing 12, bad Unicode 6, circular 4."""
    bad, unicode = (resolved("notifications", "context", code) for code in ("not_json", "invalid_unicode"))
    table, column = "dispatch_notification", "template_context"
    plant.spoil("notification_context_escape", table, plant.share(18), column, '{"path": "C:\\scans"}', bad)
    plant.spoil("notification_context_null", table, plant.share(12), column, None, migrated("notifications"))
    plant.spoil("notification_context_unicode", table, plant.share(4), column, '{"name": "\\ud83d"}', unicode)
    plant.spoil("notification_context_unicode", table, plant.share(2), column, '{"name": "\\u0000"}', unicode)
    plant.spoil(
        "notification_context_circular", table, plant.share(4), column, '{"order": {"patient": [Circular]}}', bad
    )


def notification_parents_gone(plant: Planter) -> None:
    """Notifications to somebody who is gone, or about an order that is gone."""
    plant.lose(
        "notification_recipient_gone",
        "dispatch_notification",
        plant.share(10),
        "recipient_id",
        "auth_user",
        "recipient",
    )
    plant.lose(
        "notification_item_gone",
        "dispatch_notification",
        plant.share(20),
        "item_id",
        "dispatch_instruction",
        "order",
        where="item_type_id = 9",
    )


def joins_dangle(plant: Planter) -> None:
    """Attachments, roles and readings of records that are gone."""
    plant.lose(
        "attachment_record_gone",
        "dispatch_record_attachments",
        plant.share(5),
        "record_id",
        "dispatch_record",
        "message",
    )
    plant.lose(
        "attachment_file_gone", "dispatch_record_attachments", plant.share(5), "file_id", "dispatch_file", "file"
    )
    plant.lose("record_role_gone", "dispatch_record_roles", plant.share(3), "role_id", "dispatch_role", "role")
    plant.lose("reading_record_gone", "dispatch_reading", plant.share(4), "record_id", "dispatch_record", "message")


DEFECTS = (
    record_target_gone,
    record_type_other,
    record_author_gone,
    record_text,
    comment_blank,
    comment_parents_gone,
    note_parents_gone,
    notification_context,
    notification_parents_gone,
    joins_dangle,
)
