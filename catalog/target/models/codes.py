"""Codes of the new system: text that says what it means, held to by CHECK constraints."""

from __future__ import annotations

from django.db.models import TextChoices


class ProfileType(TextChoices):
    PATIENT = "patient"
    DOCTOR = "doctor"
    TECHNICIAN = "technician"
    MASTER = "master"
    ADMINISTRATOR = "administrator"
    STAFF = "staff"
    UNCLASSIFIED = "unclassified"


class Sex(TextChoices):
    MALE = "male"
    FEMALE = "female"
    OTHER = "other"


class PatientStatus(TextChoices):
    CONSULTATION = "consultation"
    DIAGNOSIS = "diagnosis"
    TREATMENT_PLAN = "treatment_plan"
    ACTIVE = "active"
    REFINEMENT = "refinement"
    RETENTION = "retention"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ON_HOLD = "on_hold"
    TRANSFERRED = "transferred"
    REVISION = "revision"


class CourseType(TextChoices):
    MAIN = "main"
    REFINEMENT = "refinement"
    ANY = "any"
    REPLACEMENT = "replacement"
    INVOICE = "invoice"
    MERCHANDISE = "merchandise"


class OrderStatus(TextChoices):
    NO_PRODUCT = "no_product"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    SHIPPED = "shipped"


class JawSide(TextChoices):
    UPPER = "upper"
    LOWER = "lower"


class ReplacementReason(TextChoices):
    BREAKAGE = "breakage"
    OTHER = "other"
    COMPLETE = "complete"


class ToothMark(TextChoices):
    BOND = "bond"
    EXTRACT = "extract"


class ProjectType(TextChoices):
    STL_UPPER = "stl_upper"
    STL_LOWER = "stl_lower"
    CLINICAL_PHOTO = "clinical_photo"
    TREATMENT_PLAN = "treatment_plan"
    XRAY = "xray"
    CBCT_SCAN = "cbct_scan"
    SIMULATION = "simulation"
    ALIGNER_DESIGN = "aligner_design"


class ProjectStatus(TextChoices):
    DRAFT = "draft"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    ARCHIVED = "archived"


class PaymentStatus(TextChoices):
    PENDING = "pending"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class OperationType(TextChoices):
    PAYMENT = "payment"
    REFUND = "refund"


class TaskStatus(TextChoices):
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


class CommunicationKind(TextChoices):
    MESSAGE = "message"
    COMMENT = "comment"
    NOTE = "note"


class ImageFormat(TextChoices):
    JPEG = "jpeg"
    PNG = "png"
    GIF = "gif"
    BMP = "bmp"
    TIFF = "tiff"


class DocumentFormat(TextChoices):
    PDF = "pdf"
    TEXT = "text"
    WORD = "word"


class ScanFormat(TextChoices):
    STL = "stl"
    PLY = "ply"
    OBJ = "obj"
    DICOM = "dicom"
    DXF = "dxf"
