"""Records (messages of every kind), comments, notes and notifications; texts are English and Japanese."""

from django.db import models

from legacy.models.base import Mirror, reference


class Record(Mirror):
    """A message or entry about anything: target_id is an id in the table that target_type names, most often a patient
    or a user.

    type: 3 user communication, 5 clinical note, 6 patient communication, 8 status update; others are disputed.
    """

    target_id = models.IntegerField(null=True)
    target_type = reference("ContentType")
    type = models.SmallIntegerField(null=True)
    created_at = models.DateTimeField(null=True)
    text = models.TextField(null=True)
    author = reference("User")
    group = reference("Group")
    public = models.BooleanField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_record"


class RecordAttachment(Mirror):
    """A file attached to a record; File.record is the other way in which the old system attaches one."""

    record = reference("Record")
    file = reference("File")

    class Meta(Mirror.Meta):
        db_table = "dispatch_record_attachments"


class RecordRole(Mirror):
    """A role that a record is meant for. Assumed: both references."""

    record = reference("Record")
    role = reference("Role")

    class Meta(Mirror.Meta):
        db_table = "dispatch_record_roles"


class Comment(Mirror):
    """A remark in the discussion of a plan."""

    created_at = models.DateTimeField(null=True)
    text = models.TextField(null=True)
    author = reference("User")
    plan = reference("Plan")

    class Meta(Mirror.Meta):
        db_table = "dispatch_comment"


class Note(Mirror):
    """A remark of the staff about a doctor (a user)."""

    created_at = models.DateTimeField(null=True)
    text = models.TextField(null=True)
    author = reference("User")
    doctor = reference("User")

    class Meta(Mirror.Meta):
        db_table = "dispatch_note"


class Notification(Mirror):
    """A message that the old system generated; item_id is an id in the table that item_type names.

    template_context: text that should hold JSON. `send`: is to be sent; `sent`: was.
    """

    created_at = models.DateTimeField(null=True)
    sender = models.CharField(max_length=255, null=True)
    template_name = models.CharField(max_length=255, null=True)
    template_context = models.TextField(null=True)
    read = models.BooleanField(null=True)
    item_id = models.IntegerField(null=True)
    item_type = reference("ContentType")
    recipient = reference("User")
    sent = models.BooleanField(null=True)
    send = models.BooleanField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_notification"


class Reading(Mirror):
    """A user has read a record. Assumed: every column."""

    record = reference("Record")
    user = reference("User")
    read_at = models.DateTimeField(null=True)

    class Meta(Mirror.Meta):
        db_table = "dispatch_reading"
