"""Profiles: one for every user of the old system."""

from django.db.models import BooleanField, ExpressionWrapper

from catalog.declare import Column, Derived, EntityMigration, OnInvalid
from catalog.evidence import ADMINISTRATORS, MASTERS, TECHNICIANS, in_group, is_doctor
from catalog.target.models import Profile
from catalog.target.models.codes import ProfileType
from catalog.transforms import blank, email, not_placeholder
from legacy.models import User


def profile_type(
    patient: int | None, doctor: bool, technician: bool, master: bool, administrator: bool, superuser: bool, staff: bool
) -> ProfileType:
    """The strongest evidence of what a person is; teams keep all of a person's memberships beside it."""
    evidence = {
        ProfileType.PATIENT: patient is not None,
        ProfileType.DOCTOR: doctor,
        ProfileType.TECHNICIAN: technician,
        ProfileType.MASTER: master,
        ProfileType.ADMINISTRATOR: administrator or superuser,
        ProfileType.STAFF: staff,
    }
    return next((kind for kind, shown in evidence.items() if shown), ProfileType.UNCLASSIFIED)


class ProfileMigration(
    EntityMigration,
    script=2,
    source=User,
    target=Profile,
    annotate={
        "doctor_evidence": ExpressionWrapper(is_doctor(), output_field=BooleanField()),
        "in_technicians": in_group(TECHNICIANS),
        "in_masters": in_group(MASTERS),
        "in_administrators": in_group(ADMINISTRATORS),
    },
    match=("username",),
):
    """A person with an account. Shared e-mail addresses stay shared: they never merge two people."""

    profile_type = Derived(
        "patient__id",
        "doctor_evidence",
        "in_technicians",
        "in_masters",
        "in_administrators",
        "is_superuser",
        "is_staff",
        by=profile_type,
    )
    username = Column("username", blank)
    first_name = Column("first_name", not_placeholder, blank, on_invalid=OnInvalid.SET_NULL)
    last_name = Column("last_name", not_placeholder, blank, on_invalid=OnInvalid.SET_NULL)
    email = Column("email", blank, email, on_invalid=OnInvalid.SET_NULL)
    password_hash = Column("password")
    is_active = Column("is_active")
    is_staff = Column("is_staff")
    is_superuser = Column("is_superuser")
    joined_at = Column("date_joined")
    last_login_at = Column("last_login")
