"""Expectations of the communications domain."""

from legacy.demo.expected.vocabulary import Entity, optional, pair, required
from legacy.demo.reference import INSTRUCTION_TYPE, PATIENT_TYPE, PLAN_TYPE, USER_TYPE


def _when(column: str, kind: int, key: str) -> str:
    return f"CASE WHEN t.{column} = {kind} THEN t.{key} END"


_AUTHOR = optional("author", "profiles", "author_id")
_BY_DOCTOR = "t.author_id IN (SELECT user_id FROM auth_user_groups WHERE group_id = 2) AND length(t.text) > 5"

ENTITIES = (
    Entity(
        "messages",
        "dispatch_record",
        (
            optional("sender", "profiles", "author_id"),
            optional("recipient_patient", "patients", _when("target_type_id", PATIENT_TYPE, "target_id")),
            optional("recipient_profile", "profiles", _when("target_type_id", USER_TYPE, "target_id")),
            optional("treatment_plan", "treatment_plans", _when("target_type_id", PLAN_TYPE, "target_id")),
            optional("target_type", "content_types", "target_type_id"),
            optional("team", "teams", "group_id"),
        ),
    ),
    pair(
        "message_attachments",
        "dispatch_file",
        required("message", "messages", "record_id"),
        required("file", "files", "id"),
        where="t.record_id IS NOT NULL",
    ),
    pair(
        "message_attachments_listed",
        "dispatch_record_attachments",
        required("message", "messages", "record_id"),
        required("file", "files", "file_id"),
        where="NOT EXISTS (SELECT FROM dispatch_file f WHERE f.id = t.file_id AND f.record_id = t.record_id)",
    ),
    pair(
        "message_readings",
        "dispatch_reading",
        required("message", "messages", "record_id"),
        required("profile", "profiles", "user_id"),
    ),
    Entity("comments", "dispatch_comment", (_AUTHOR,)),
    Entity(
        "treatment_discussions",
        "dispatch_comment",
        (required("comment", "comments", "id"), required("treatment_plan", "treatment_plans", "plan_id")),
    ),
    Entity("doctor_notes", "dispatch_note", (required("doctor_profile", "profiles", "doctor_id"), _AUTHOR)),
    Entity(
        "communication_log",
        "dispatch_record",
        (required("message", "messages", "id"), _AUTHOR, optional("team", "teams", "group_id")),
    ),
    Entity("communication_log_comments", "dispatch_comment", (required("comment", "comments", "id"), _AUTHOR)),
    Entity("communication_log_notes", "dispatch_note", (required("note", "doctor_notes", "id"), _AUTHOR)),
    pair(
        "communication_roles",
        "dispatch_record_roles",
        required("communication", "communication_log", "record_id"),
        required("role", "roles", "role_id"),
    ),
    Entity(
        "customer_feedback",
        "dispatch_record",
        (required("doctor", "doctors", "author_id"), required("message", "messages", "id")),
        where=_BY_DOCTOR,
    ),
    Entity(
        "customer_feedback_comments",
        "dispatch_comment",
        (required("doctor", "doctors", "author_id"), required("comment", "comments", "id")),
        where=_BY_DOCTOR,
    ),
    Entity(
        "notifications",
        "dispatch_notification",
        (
            required("recipient", "profiles", "recipient_id"),
            optional("item_type", "content_types", "item_type_id"),
            optional("order", "orders", _when("item_type_id", INSTRUCTION_TYPE, "item_id")),
            optional("patient", "patients", _when("item_type_id", PATIENT_TYPE, "item_id")),
            optional("treatment_plan", "treatment_plans", _when("item_type_id", PLAN_TYPE, "item_id")),
        ),
    ),
)
