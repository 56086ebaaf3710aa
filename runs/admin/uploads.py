"""An uploaded file between its preview and its import: kept in the control database, as it may hold legacy values."""

from __future__ import annotations

from base64 import b64decode, b64encode

from django.contrib.sessions.backends.db import SessionStore
from import_export.tmp_storages import BaseStorage

#: Seconds that somebody has for looking at the preview.
PATIENCE = 3600
FILE = "uploaded_file"


class DatabaseUpload(BaseStorage):
    """The file in a session of its own, which nobody is logged in with; its name is the session's key."""

    def save(self, data: bytes) -> None:
        SessionStore.clear_expired()
        kept = SessionStore()
        kept.set_expiry(PATIENCE)
        kept[FILE] = b64encode(data).decode("ascii")
        kept.create()
        self.name = kept.session_key

    def read(self) -> bytes | str:
        """Raises KeyError for a file that is not there any more."""
        data = b64decode(SessionStore(self.name)[FILE])
        return data if "b" in self.read_mode else data.decode(self.encoding)

    def remove(self) -> None:
        SessionStore(self.name).delete()
