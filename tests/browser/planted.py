"""Defects that the browser's stories need, beside those of the demo: known numbers of rows, and a value to look for."""

from __future__ import annotations

from tests.databases import plain_connection

#: A status that projects cannot have, and how many have it: the demo's one, and these.
STATUS, MORE = 9, 6
#: A name that is found nowhere else, so that a page which shows it shows a legacy value.
NAME = "Zebedee Quillfeather"

_SPOIL = """
UPDATE dispatch_project SET status = %(status)s, name = %(name)s WHERE id IN (
    SELECT id FROM dispatch_project WHERE status BETWEEN 0 AND 2 AND type BETWEEN 0 AND 5
    ORDER BY id DESC LIMIT %(more)s
)
"""
#: A category whose parent is not there, for which its row will wait.
_ORPHAN = """
UPDATE dispatch_category SET parent_id = 987654 WHERE id = (
    SELECT max(id) FROM dispatch_category c WHERE NOT EXISTS (SELECT FROM dispatch_category d WHERE d.parent_id = c.id)
)
"""


def plant(legacy: str) -> None:
    with plain_connection(legacy) as db:
        assert db.execute(_ORPHAN).rowcount == 1
        assert db.execute(_SPOIL, {"status": STATUS, "name": NAME, "more": MORE}).rowcount == MORE
