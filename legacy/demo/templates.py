"""Task templates and the five tables that join them to roles, groups, products and each other."""

from collections.abc import Sequence

from legacy.demo.world import World

_STEPS = (
    "Check scans",
    "Section model",
    "Design setup",
    "Review setup",
    "Print tray",
    "Bend wire",
    "Inspect",
    "Pack",
    "Ship",
    "Upload photos",
    "セットアップ確認",
    "梱包",
)


def templates(world: World) -> None:
    """152 templates in the order of the work; every eighth is switched off, some have a text name only."""
    world.templates = world.ids("template", world.count("template"))
    rows = []
    for n, pk in enumerate(world.templates):
        name = f"{_STEPS[n % len(_STEPS)]} {n // len(_STEPS) + 1}"
        rows.append(
            (
                pk,
                None if n % 19 == 7 else name,
                f"do_{n % len(_STEPS)}",
                name if n % 19 == 7 else "",
                f"step_{n}",
                0 if n % 8 == 3 else 1,
                5 * (n % 24),
                n % world.count("category") + 1 if n % 11 else None,
                n % 3 == 0,
                n % 7 == 0,
                ".stl,.ply" if n % 5 == 0 else "",
                n % 4 == 0,
                n % 6 == 0,
            )
        )
    world.put(
        "dispatch_template",
        "id task_name action_name text_name function status duration category_id predefined read_only extensions"
        " alerts separate",
        rows,
    )
    _join(world, "template_edit_roles", "template_id role_id", world.roles)
    _join(world, "template_view_roles", "template_id role_id", world.roles)
    # Doctor, Master, Sales and Technician are the groups in use here.
    _join(world, "template_view_groups", "template_id group_id", (2, 5, 3, 11))
    _join(world, "template_products", "template_id product_id", world.products)
    later = [(pk, earlier) for n, pk in enumerate(world.templates) for earlier in world.templates[max(0, n - 2) : n]]
    _pairs(world, "template_predecessors", "from_template_id to_template_id", later)


def _join(world: World, name: str, columns: str, others: Sequence[int]) -> None:
    _pairs(world, name, columns, [(template, other) for template in world.templates for other in others])


def _pairs(world: World, name: str, columns: str, possible: list[tuple[int, int]]) -> None:
    chosen = sorted(world.rng(name).sample(possible, world.count(name)))
    world.put(f"dispatch_{name}", f"id {columns}", ((n, *pair) for n, pair in enumerate(chosen, 1)))
