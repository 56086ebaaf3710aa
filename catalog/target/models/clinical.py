"""Clinical tables of the new system."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from catalog.target.models.base import TargetModel, codes, only, reference
from catalog.target.models.codes import CourseType, OrderStatus, PatientStatus, Sex


class Patient(TargetModel):
    """A person who is treated. Name and e-mail address are the profile's."""

    profile = models.OneToOneField("target.Profile", on_delete=models.PROTECT)
    patient_number = models.CharField(max_length=20, unique=True)
    suffix = models.CharField(max_length=32, null=True)
    sex = codes(Sex, null=True)
    birthdate = models.DateField(null=True)
    primary_doctor = reference("target.Doctor", null=True)
    office = reference("target.Office", null=True)
    status = codes(PatientStatus, null=True)
    is_archived = models.BooleanField(null=True)
    is_suspended = models.BooleanField(null=True)
    schemes = models.JSONField(null=True)
    submitted_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "patients"
        constraints = [only("patients", "sex", Sex), only("patients", "status", PatientStatus)]


class Course(TargetModel):
    """A kind of treatment course that products and orders belong to."""

    course_number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=255)
    course_type = codes(CourseType)
    customization = models.JSONField(null=True)

    class Meta:
        db_table = "courses"
        constraints = [only("courses", "course_type", CourseType)]


class Product(TargetModel):
    """What the laboratory makes and sells."""

    name = models.CharField(max_length=255)
    description = models.TextField(null=True)
    course = reference("target.Course", null=True)
    product_type = codes(CourseType, null=True)
    is_free = models.BooleanField(null=True)
    is_deleted = models.BooleanField(null=True)
    is_substitute = models.BooleanField(null=True)
    customization = models.JSONField(null=True)

    class Meta:
        db_table = "products"
        constraints = [only("products", "product_type", CourseType)]


class Order(TargetModel):
    """One clinical instruction from a doctor for a patient."""

    order_number = models.CharField(max_length=40, unique=True)
    suffix = models.CharField(max_length=10, null=True)
    #: The instruction's place among those of its patient.
    sequence = models.IntegerField(null=True)
    patient = reference("target.Patient")
    doctor = reference("target.Doctor", null=True)
    office = reference("target.Office", null=True)
    course = reference("target.Course", null=True)
    status = codes(OrderStatus)
    is_deleted = models.BooleanField(null=True)
    amount = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    notes = models.TextField(null=True)
    complaint = models.TextField(null=True)
    objective = models.TextField(null=True)
    conditions = models.TextField(null=True)
    accepts_extraction = models.BooleanField(null=True)
    is_comprehensive = models.BooleanField(null=True)
    exports = models.JSONField(null=True)
    submitted_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "orders"
        constraints = [
            only("orders", "status", OrderStatus),
            models.CheckConstraint(condition=Q(amount__gte=0), name="orders_amount_not_negative"),
        ]
