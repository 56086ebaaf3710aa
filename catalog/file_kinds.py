"""What kind of thing a stored file is, told by its extension: at most one kind for each extension.

The type codes of the legacy files cannot tell: the original scripts read them in three different ways.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Lower, Trim
from django.db.models.lookups import In

from catalog.target.models.codes import DocumentFormat, ImageFormat, ScanFormat

IMAGES = {
    "jpg": ImageFormat.JPEG,
    "jpeg": ImageFormat.JPEG,
    "png": ImageFormat.PNG,
    "gif": ImageFormat.GIF,
    "bmp": ImageFormat.BMP,
    "tif": ImageFormat.TIFF,
    "tiff": ImageFormat.TIFF,
}

DOCUMENTS = {
    "pdf": DocumentFormat.PDF,
    "txt": DocumentFormat.TEXT,
    "doc": DocumentFormat.WORD,
    "docx": DocumentFormat.WORD,
}

SCANS = {
    "stl": ScanFormat.STL,
    "ply": ScanFormat.PLY,
    "obj": ScanFormat.OBJ,
    "dcm": ScanFormat.DICOM,
    "dxf": ScanFormat.DXF,
}


def extension(text: str) -> str:
    """An extension as people write it (".JPG") → as it is looked up ("jpg")."""
    return text.strip(" ").lower().removeprefix(".")


def has_extension(extensions: Iterable[str]) -> Q:
    """Whether a legacy file has one of these extensions, in whatever case, with the leading dot or without."""
    spellings = [spelling for name in extensions for spelling in (name, f".{name}")]
    return Q(In(Lower(Trim("ext")), spellings))
