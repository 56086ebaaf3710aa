"""People of the new system and the places they work in."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from catalog.target.models.base import TargetModel, codes, only, reference
from catalog.target.models.codes import ProfileType


class Office(TargetModel):
    """A practice or clinic that orders from the laboratory. Some have no name, only an address."""

    #: Names are not unique: two practices in one street may share theirs.
    office_number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=255, null=True)
    address = models.CharField(max_length=255, null=True)
    apartment = models.CharField(max_length=100, null=True)
    city = models.CharField(max_length=100, null=True)
    state = models.CharField(max_length=100, null=True)
    zip_code = models.CharField(max_length=20, null=True)
    country = models.CharField(max_length=100, null=True)
    phone = models.CharField(max_length=50, null=True)
    #: Percent, as people say it: 10.2500 is 10.25 %.
    tax_percent = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    square_customer_id = models.CharField(max_length=255, null=True)
    is_active = models.BooleanField(null=True)
    email_notifications = models.BooleanField(null=True)

    class Meta:
        db_table = "offices"
        constraints = [
            models.CheckConstraint(
                condition=Q(tax_percent__gte=0, tax_percent__lte=100), name="offices_tax_percent_range"
            ),
        ]


class Profile(TargetModel):
    """A person with an account, whatever the person's part in the business."""

    profile_type = codes(ProfileType)
    #: NULL for a person who cannot log in.
    username = models.CharField(max_length=150, unique=True, null=True)
    first_name = models.CharField(max_length=150, null=True)
    last_name = models.CharField(max_length=150, null=True)
    email = models.CharField(max_length=254, null=True, db_index=True)
    password_hash = models.CharField(max_length=128)
    is_active = models.BooleanField()
    is_staff = models.BooleanField()
    is_superuser = models.BooleanField()
    joined_at = models.DateTimeField()
    last_login_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "profiles"
        constraints = [only("profiles", "profile_type", ProfileType)]


class Doctor(TargetModel):
    """A medical practitioner. The name is the profile's."""

    profile = models.OneToOneField(Profile, on_delete=models.PROTECT)
    doctor_number = models.CharField(max_length=20, unique=True)
    is_active = models.BooleanField()
    joined_at = models.DateTimeField()

    class Meta:
        db_table = "doctors"


class DoctorOffice(TargetModel):
    """A doctor works in an office."""

    doctor = reference("target.Doctor")
    office = reference("target.Office")

    class Meta:
        db_table = "doctor_offices"
        constraints = [models.UniqueConstraint(fields=["doctor", "office"], name="doctor_offices_pair")]
