"""Settings, preferences, the audit log and system data of the new system."""

from __future__ import annotations

from django.db import models

from catalog.target.models.base import TargetModel, reference


class AuditLog(TargetModel):
    """Someone did something to a thing (the item) that belongs to another (the owner).

    Item and owner may be of any kind, gone ones too: their keys stay those of the old system, which the mappings lead
    on from.
    """

    action = models.CharField(max_length=255, null=True)
    acted_at = models.DateTimeField(null=True)
    profile = reference("target.Profile", null=True)
    item_type = reference("target.ContentType", null=True, related_name="items")
    item_key = models.IntegerField(null=True)
    owner_type = reference("target.ContentType", null=True, related_name="owners")
    owner_key = models.IntegerField(null=True)
    data = models.TextField(null=True)

    class Meta:
        db_table = "audit_logs"


class GlobalSetting(TargetModel):
    """Settings of the whole installation."""

    settings = models.JSONField(null=True)
    version = models.CharField(max_length=64, null=True)
    is_sandbox = models.BooleanField(null=True)
    created_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "global_settings"


class Language(TargetModel):
    """A language that people may use the system in."""

    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=255, null=True)

    class Meta:
        db_table = "languages"


class UserPreference(TargetModel):
    """How a person wants to use the system."""

    profile = models.OneToOneField("target.Profile", on_delete=models.PROTECT)
    language = reference("target.Language", null=True)
    time_zone = models.CharField(max_length=64, null=True)
    email_notifications = models.BooleanField(null=True)
    options = models.JSONField(null=True)

    class Meta:
        db_table = "user_preferences"


class DoctorPreference(TargetModel):
    """How a doctor wants treatments to be done."""

    doctor = models.OneToOneField("target.Doctor", on_delete=models.PROTECT)
    clinical_preferences = models.JSONField(null=True)

    class Meta:
        db_table = "doctor_preferences"


class Link(TargetModel):
    """A web address for people to follow."""

    name = models.CharField(max_length=255, null=True)
    url = models.TextField(null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "links"


class Instance(TargetModel):
    """An installation of the software."""

    name = models.CharField(max_length=255, null=True)
    url = models.CharField(max_length=255, null=True)
    version = models.CharField(max_length=64, null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "instances"


class ViewerRelease(TargetModel):
    """A release of the 3D viewer that doctors install."""

    version = models.CharField(max_length=64, null=True)
    platform = models.CharField(max_length=64, null=True)
    file = reference("target.File", null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "viewer_releases"


class MessageReading(TargetModel):
    """A person has read a message."""

    message = reference("target.Message")
    profile = reference("target.Profile")
    read_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "message_readings"
