"""What people of the new system write to and about each other, and what the system tells them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from catalog.target.models.base import TargetModel, codes, only, reference
from catalog.target.models.codes import CommunicationKind


class Message(TargetModel):
    """A message or entry about a patient, a person or a plan.

    What it is about may be of any kind: the key stays that of the old system, and what the new system knows is
    referenced beside it. The meaning of the type's codes is disputed, so that the code is kept.
    """

    type_code = models.SmallIntegerField(null=True)
    content = models.TextField(null=True)
    sender = reference("target.Profile", null=True, related_name="sent_messages")
    recipient_patient = reference("target.Patient", null=True)
    recipient_profile = reference("target.Profile", null=True, related_name="received_messages")
    treatment_plan = reference("target.TreatmentPlan", null=True)
    target_type = reference("target.ContentType", null=True)
    target_key = models.IntegerField(null=True)
    team = reference("target.Team", null=True)
    is_public = models.BooleanField(null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "messages"


class Comment(TargetModel):
    """A remark in a discussion."""

    content = models.TextField()
    author = reference("target.Profile", null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "comments"


class TreatmentDiscussion(TargetModel):
    """A comment belongs to the discussion of a treatment plan."""

    comment = models.OneToOneField("target.Comment", on_delete=models.PROTECT)
    treatment_plan = reference("target.TreatmentPlan")

    class Meta:
        db_table = "treatment_discussions"


class DoctorNote(TargetModel):
    """A remark of the staff about a doctor, who is known by the profile: no note depends on what a doctor is."""

    doctor_profile = reference("target.Profile", related_name="notes_about")
    author = reference("target.Profile", null=True, related_name="notes_written")
    content = models.TextField()
    created_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "doctor_notes"


def _exactly(kind: CommunicationKind) -> Q:
    """The log entry is of this kind and points at one thing of this kind and at nothing else."""
    others = {f"{other}__isnull": True for other in CommunicationKind if other != kind}
    return Q(kind=kind, **{f"{kind}__isnull": False}, **others)


class CommunicationLog(TargetModel):
    """An entry of the audit trail: who communicated what, when, and who may see it. The words are what it points at."""

    kind = codes(CommunicationKind)
    message = models.OneToOneField("target.Message", on_delete=models.PROTECT, null=True)
    comment = models.OneToOneField("target.Comment", on_delete=models.PROTECT, null=True)
    note = models.OneToOneField("target.DoctorNote", on_delete=models.PROTECT, null=True)
    type_code = models.SmallIntegerField(null=True)
    author = reference("target.Profile", null=True)
    team = reference("target.Team", null=True)
    is_public = models.BooleanField(null=True)
    occurred_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "communication_log"
        constraints = [
            only("communication_log", "kind", CommunicationKind),
            models.CheckConstraint(
                condition=_exactly(CommunicationKind.MESSAGE)
                | _exactly(CommunicationKind.COMMENT)
                | _exactly(CommunicationKind.NOTE),
                name="communication_log_one_of_its_kind",
            ),
        ]


class CommunicationRole(TargetModel):
    """A communication is meant for a role."""

    communication = reference("target.CommunicationLog")
    role = reference("target.Role")

    class Meta:
        db_table = "communication_roles"
        constraints = [models.UniqueConstraint(fields=["communication", "role"], name="communication_roles_pair")]


class CustomerFeedback(TargetModel):
    """Something that a doctor wrote, as a message or as a comment, and that counts as feedback of a customer."""

    doctor = reference("target.Doctor")
    message = models.OneToOneField("target.Message", on_delete=models.PROTECT, null=True)
    comment = models.OneToOneField("target.Comment", on_delete=models.PROTECT, null=True)
    given_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "customer_feedback"
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=False, comment__isnull=True)
                | Q(message__isnull=True, comment__isnull=False),
                name="customer_feedback_message_or_comment",
            ),
        ]


class Notification(TargetModel):
    """A message that the system generated for a person from a template; the item is what it is about.

    The item may be of any kind: its key stays that of the old system, and what the new system knows is referenced
    beside it.
    """

    recipient = reference("target.Profile")
    sender = models.CharField(max_length=255, null=True)
    template_name = models.CharField(max_length=255, null=True)
    context = models.JSONField(null=True)
    item_type = reference("target.ContentType", null=True)
    item_key = models.IntegerField(null=True)
    order = reference("target.Order", null=True)
    patient = reference("target.Patient", null=True)
    treatment_plan = reference("target.TreatmentPlan", null=True)
    is_to_be_sent = models.BooleanField(null=True)
    is_sent = models.BooleanField(null=True)
    is_read = models.BooleanField(null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "notifications"


class MessageAttachment(TargetModel):
    """A file is attached to a message."""

    message = reference("target.Message")
    file = reference("target.File")

    class Meta:
        db_table = "message_attachments"
        constraints = [models.UniqueConstraint(fields=["message", "file"], name="message_attachments_pair")]
