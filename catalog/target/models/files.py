"""Stored files of the new system: what they are, and what they belong to."""

from __future__ import annotations

from django.db import models

from catalog.target.models.base import TargetModel, codes, only, reference
from catalog.target.models.codes import DocumentFormat, ImageFormat, ScanFormat


class File(TargetModel):
    """A stored file; uid is its key in the file store, size is in bytes.

    Name and extension are kept apart and to the letter, because the file store knows them so; a name may end in
    its extension already. The code books of type and status are not agreed on, so that the codes are kept.
    """

    uid = models.CharField(max_length=64, null=True, db_index=True)
    name = models.CharField(max_length=255, null=True)
    ext = models.CharField(max_length=32, null=True)
    size = models.BigIntegerField(null=True)
    type_code = models.SmallIntegerField(null=True)
    status_code = models.SmallIntegerField(null=True)
    order = reference("target.Order", null=True)
    product = reference("target.Product", null=True)
    parameters = models.JSONField(null=True)
    description = models.TextField(null=True)
    created_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "files"


class ImageAsset(TargetModel):
    """A file that is a picture."""

    file = models.OneToOneField("target.File", on_delete=models.PROTECT)
    file_format = codes(ImageFormat)

    class Meta:
        db_table = "image_assets"
        constraints = [only("image_assets", "file_format", ImageFormat)]


class DocumentAsset(TargetModel):
    """A file that is a text to be read."""

    file = models.OneToOneField("target.File", on_delete=models.PROTECT)
    file_format = codes(DocumentFormat)

    class Meta:
        db_table = "document_assets"
        constraints = [only("document_assets", "file_format", DocumentFormat)]


class ScanAsset(TargetModel):
    """A file that holds a scan or a three-dimensional model."""

    file = models.OneToOneField("target.File", on_delete=models.PROTECT)
    file_format = codes(ScanFormat)

    class Meta:
        db_table = "scan_assets"
        constraints = [only("scan_assets", "file_format", ScanFormat)]


class CaseFile(TargetModel):
    """A file belongs to a patient's case."""

    case = reference("target.Case")
    file = reference("target.File")

    class Meta:
        db_table = "case_files"
        constraints = [models.UniqueConstraint(fields=["case", "file"], name="case_files_pair")]


class OrderFile(TargetModel):
    """A file belongs to an order; the code says as what, in a code book that is not agreed on."""

    order = reference("target.Order")
    file = reference("target.File")
    type_code = models.SmallIntegerField(null=True)

    class Meta:
        db_table = "order_files"
        constraints = [models.UniqueConstraint(fields=["order", "file"], name="order_files_pair")]
