"""Columns of the old and the new system that hold credentials: nobody sees them here, with or without permission."""

CREDENTIALS = frozenset({"password", "password_hash", "access_token"})
