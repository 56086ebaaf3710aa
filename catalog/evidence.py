"""What the legacy data shows about a person. The old system has users, and no word for what a user is."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from legacy.models import DoctorSetting, OfficeDoctor, Patient, UserGroup

#: Ids of legacy groups with an agreed meaning.
DOCTORS, ADMINISTRATORS, MASTERS, TECHNICIANS = 2, 4, 5, 11


def in_group(group: int, user: str = "pk") -> Exists:
    """Whether the user, who is the row itself or the one in the column of this name, is in the group with this id."""
    return Exists(UserGroup.objects.filter(user=OuterRef(user), group_id=group))


def is_doctor() -> Q:
    """Whether anything treats the user as a doctor: settings, group, an office, or a patient.

    Any single sign misses some: one original script lost the patients of a doctor who was typed as a master.
    """
    return (
        Q(Exists(DoctorSetting.objects.filter(user=OuterRef("pk"))))
        | Q(in_group(DOCTORS))
        | Q(Exists(OfficeDoctor.objects.filter(user=OuterRef("pk"))))
        | Q(Exists(Patient.objects.filter(doctor=OuterRef("pk"))))
    )
