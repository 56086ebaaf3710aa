"""Message attachments: which files hang on which messages.

The old system attached a file in two ways: by the file's own key to the record, and by a table of pairs. Both fill
one table. A pair that the file names itself is out of scope of the second entity, because the first one makes it.
"""

from django.db.models import Exists, OuterRef, Q

from catalog.declare import EntityMigration, Reference
from catalog.scope import has_key
from catalog.target.models import MessageAttachment
from legacy.models import File as LegacyFile
from legacy.models import RecordAttachment

NAMED_BY_THE_FILE = Exists(LegacyFile.objects.filter(pk=OuterRef("file_id"), record=OuterRef("record_id")))


class MessageAttachmentMigration(
    EntityMigration,
    script=26,
    source=LegacyFile,
    target=MessageAttachment,
    where=has_key("record_id"),
    match=("message", "file"),
):
    """A file that names its message."""

    message = Reference("record_id")
    file = Reference("id")


class ListedAttachmentMigration(
    EntityMigration,
    script=26,
    source=RecordAttachment,
    target=MessageAttachment,
    where=Q(~NAMED_BY_THE_FILE),
    match=("message", "file"),
    name="message_attachments_listed",
):
    """A pair of message and file that only the table of pairs knows."""

    message = Reference("record_id")
    file = Reference("file_id")
