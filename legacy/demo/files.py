"""Stored files: half of them belong to an order, some hang on a record, the rest stand alone."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from legacy.demo.world import BEGIN, END, World

#: Extension as stored, and the file types it comes with.
_KINDS = (
    (".jpg", (1, 3, 4, 5)),
    (".JPG", (1, 3)),
    (".stl", (2, 6, 7)),
    (".stl", (2, 6)),
    (".ply", (6, 7)),
    (".pdf", (9, 10)),
    (".png", (8,)),
    (".zip", (11, 12)),
    (".STL", (2,)),
    (".jpeg", (4,)),
    (".dcm", (13,)),
    (".dxf", (12,)),
    (".docx", (9,)),
    (".txt", (10,)),
    (".gif", (8,)),
    (".irk", (13,)),
)
_PARAMETERS = ("{}", "{}", "", None, '{"quality": 90}', '{"jaw": "upper", "備考": "再撮影"}')


def files(world: World) -> None:
    """Files; those of an order were made in its first weeks, those of a record carry the record's id."""
    world.put(
        "dispatch_file",
        "id uid name ext size type instruction_id created_at description product_id parameters record_id status",
        _rows(world),
    )


def _rows(world: World) -> Iterator[tuple[Any, ...]]:
    rng = world.rng("file")
    random = rng.random
    total, of_orders, of_records = (
        world.count("file"),
        world.count("file_of_instruction"),
        world.count("file_of_record"),
    )
    world.files = world.ids("file", total)
    owned = set(rng.sample(range(total), of_orders))
    loose = [n for n in range(total) if n not in owned]
    record_of = dict(zip(rng.sample(loose, of_records), rng.choices(world.records, k=of_records), strict=True))
    kept = [order for order in world.orders if order.status]
    for n, pk in enumerate(world.files):
        ext, types = _KINDS[int(len(_KINDS) * random() ** 1.5)]
        order = kept[int(n * len(kept) / total)] if n in owned else None
        if order:
            world.files_of.setdefault(order.id, []).append(pk)
            at = min(order.at + timedelta(seconds=int(random() * 2_000_000)), END)
        else:
            at = BEGIN + (END - BEGIN) * (n / total)
        yield (
            pk,
            UUID(int=rng.getrandbits(128), version=4).hex,
            f"{'scan' if ext.lower() in ('.stl', '.ply') else '写真' if n % 17 == 0 else 'file'}-{pk}",
            ext,
            1_000 + int(random() ** 3 * 80_000_000),
            types[int(random() * len(types))],
            order.id if order else None,
            at,
            "Second try" if random() < 0.03 else None,
            world.products[n % len(world.products)] if random() < 0.02 else None,
            _PARAMETERS[int(random() * len(_PARAMETERS))],
            record_of.get(n),
            int(n % 50 == 0),
        )
