"""Who does what in the laboratory of the new system, and who may see and change what."""

from __future__ import annotations

from django.db import models

from catalog.target.models.base import TargetModel, reference


class Team(TargetModel):
    """A kind of people."""

    name = models.CharField(max_length=150, unique=True)

    class Meta:
        db_table = "teams"


class TeamMember(TargetModel):
    """A person belongs to a team, or to several."""

    team = reference("target.Team")
    profile = reference("target.Profile")

    class Meta:
        db_table = "team_members"
        constraints = [models.UniqueConstraint(fields=["team", "profile"], name="team_members_pair")]


class ContentType(TargetModel):
    """A kind of thing that generic keys and permissions of the old system speak of."""

    app_label = models.CharField(max_length=100)
    model = models.CharField(max_length=100)

    class Meta:
        db_table = "content_types"
        constraints = [models.UniqueConstraint(fields=["app_label", "model"], name="content_types_pair")]


class Permission(TargetModel):
    """Something that may be allowed, by its code name; `name` says it in words."""

    codename = models.CharField(max_length=100)
    name = models.CharField(max_length=255)
    content_type = reference("target.ContentType", null=True)

    class Meta:
        db_table = "permissions"
        constraints = [models.UniqueConstraint(fields=["content_type", "codename"], name="permissions_pair")]


class TeamPermission(TargetModel):
    """A team may do something."""

    team = reference("target.Team")
    permission = reference("target.Permission")

    class Meta:
        db_table = "team_permissions"
        constraints = [models.UniqueConstraint(fields=["team", "permission"], name="team_permissions_pair")]


class Role(TargetModel):
    """A job in the laboratory, of one person or of a team."""

    name = models.CharField(max_length=255)
    abbreviation = models.CharField(max_length=32, null=True)
    #: A code of unknown meaning.
    type_code = models.SmallIntegerField(null=True)
    #: The role's place in lists.
    sequence = models.IntegerField(null=True)
    profile = reference("target.Profile", null=True)
    team = reference("target.Team", null=True)

    class Meta:
        db_table = "roles"


class RolePermission(TargetModel):
    """A role may do something."""

    role = reference("target.Role")
    permission = reference("target.Permission")

    class Meta:
        db_table = "role_permissions"
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="role_permissions_pair")]


class Technician(TargetModel):
    """Someone who makes things in the laboratory. The name is the profile's."""

    profile = models.OneToOneField("target.Profile", on_delete=models.PROTECT)
    employee_number = models.CharField(max_length=150, unique=True)
    is_active = models.BooleanField()
    joined_at = models.DateTimeField()

    class Meta:
        db_table = "technicians"


class TechnicianRole(TargetModel):
    """A technician holds a role."""

    technician = reference("target.Technician")
    role = models.OneToOneField("target.Role", on_delete=models.PROTECT)

    class Meta:
        db_table = "technician_roles"


class MasterTechnician(TargetModel):
    """A master technician."""

    profile = reference("target.Profile", null=True)
    name = models.CharField(max_length=255, null=True)
    is_active = models.BooleanField(null=True)

    class Meta:
        db_table = "masters"


class DoctorMaster(TargetModel):
    """A master technician looks after a doctor."""

    doctor = reference("target.Doctor")
    master = reference("target.Profile")

    class Meta:
        db_table = "doctor_masters"
        constraints = [models.UniqueConstraint(fields=["doctor", "master"], name="doctor_masters_pair")]


class DoctorSalesPerson(TargetModel):
    """A sales person looks after a doctor."""

    doctor = reference("target.Doctor")
    sales_person = reference("target.Profile")

    class Meta:
        db_table = "doctor_sales"
        constraints = [models.UniqueConstraint(fields=["doctor", "sales_person"], name="doctor_sales_pair")]
