"""How many rows each table has at scale 1, as recorded in August 2025, and the least that any scale gets."""

from typing import NamedTuple


class Count(NamedTuple):
    """Rows at scale 1, and a floor that leaves room for one row of every planted defect."""

    full: int
    least: int

    def at(self, scale: float) -> int:
        return max(round(self.full * scale), self.least)


#: Tables that grow with the laboratory. Key: what is counted, a table's name without its prefix where it is one.
GROWING = {
    "patient": Count(7_854, 90),
    "doctor": Count(1_213, 40),
    "office": Count(896, 60),
    "valid_office": Count(523, 36),
    "instruction": Count(23_272, 270),
    "deleted_instruction": Count(1_740, 20),
    "jaw": Count(40_470, 470),
    "project": Count(66_918, 700),
    "plan": Count(68_400, 720),
    "task": Count(768_962, 2_000),
    "file": Count(294_818, 1_000),
    "file_of_instruction": Count(147_468, 500),
    "file_of_record": Count(6_571, 40),
    "record": Count(71_700, 400),
    "record_attachments": Count(2_400, 40),
    "record_roles": Count(1_500, 20),
    "comment": Count(15_074, 100),
    "note": Count(963, 40),
    "notification": Count(5_000, 200),
    "reading": Count(2_000, 20),
    "payment": Count(16_014, 160),
    "operation": Count(3_522, 60),
    "order": Count(3_400, 60),
    "purchase": Count(3_701, 60),
    "state": Count(4_751, 80),
    "bracket": Count(1_569, 40),
    "ware": Count(16_552, 60),
    "action": Count(2_000, 60),
    "event": Count(600, 40),
}
#: Tables of the laboratory's own organisation: the same at every scale, so that sums and code lists stay as recorded.
FIXED = {
    "staff": 50,
    "group": 9,
    "role": 46,
    "technician_role": 31,
    "role_permissions": 1_244,
    "category": 40,
    "template": 152,
    "template_edit_roles": 603,
    "template_view_roles": 1_036,
    "template_view_groups": 183,
    "template_products": 166,
    "template_predecessors": 191,
    "offer": 788,
    "discount": 151,
    "instance": 29,
    "agent": 2,
    "storage": 1,
}
