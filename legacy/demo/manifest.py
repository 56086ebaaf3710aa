"""Plants the defects, then foresees from the finished data what must become of every row that is not plain sailing."""

from collections.abc import Iterator
from typing import Any

from legacy.demo.defects import DEFECTS
from legacy.demo.expected import ENTITIES, Entity, Ref
from legacy.demo.planter import Outcome, Planted, Planter, failed, resolved
from legacy.demo.world import World

CASCADE = "cascade"


def plant_and_foresee(world: World) -> list[dict[str, str]]:
    """The manifest: a line for each defect and each consequence, in a stable order."""
    planter = Planter(world)
    for plant in DEFECTS:
        plant(planter)
    lines = sorted(
        Foresight(planter).lines(),
        key=lambda one: (one.outcome.entity, len(one.id), one.id, one.outcome.field, one.kind),
    )
    return [as_dict(line) for line in lines]


def as_dict(line: Planted) -> dict[str, str]:
    """One line as it is written."""
    what = line.outcome
    return {
        "table": line.table,
        "legacy_id": line.id,
        "kind": line.kind,
        "entity": what.entity,
        "expect": what.expect,
        "stage": what.stage,
        "code": what.code,
        "field": what.field,
        "note": line.note,
    }


class Foresight:
    """Works through the entities from parents to children.

    In an entity a row can fail in the order of the stages: its values, its references, the database's own constraints.
    What is resolved or merely odd counts only for rows that do not fail.
    """

    def __init__(self, planter: Planter) -> None:
        self.planter = planter
        self.store = planter.store

    def lines(self) -> Iterator[Planted]:
        """What must become of each row that is named."""
        self._prepare()
        for entity in ENTITIES:
            own = [one for one in self.planter.planted if one.outcome.entity == entity.name]
            yield from self._fail(
                entity, [one for one in own if one.outcome.stage == "transform" and one.outcome.expect == "failed"]
            )
            for ref in entity.refs:
                if ref.required:
                    yield from self._fail(entity, self._broken(entity, ref))
            yield from self._fail(
                entity, [one for one in own if one.outcome.stage == "load" and one.outcome.expect == "failed"]
            )
            lost = set(self.store.column("SELECT id FROM demo_failed WHERE entity = %s", [entity.name]))
            rest = [one for one in own if one.outcome.expect != "failed"]
            rest += [one for ref in entity.refs if not ref.required for one in self._broken(entity, ref)]
            yield from (one for one in rest if one.id not in lost)

    def _prepare(self) -> None:
        """Per entity a view of the keys that arrive: those in scope that did not fail so far."""
        self.store.run("CREATE TEMP TABLE demo_failed (entity text, id text, PRIMARY KEY (entity, id)) ON COMMIT DROP")
        for parent in {ref.parent for entity in ENTITIES for ref in entity.refs}:
            entity = next(one for one in ENTITIES if one.name == parent)
            self.store.run(
                f"CREATE TEMP VIEW arriving_{entity.name} AS SELECT t.id FROM {entity.table} t WHERE {entity.where}"
                f" AND NOT EXISTS (SELECT FROM demo_failed f WHERE f.entity = '{entity.name}' AND f.id = t.id::text)"
            )

    def _fail(self, entity: Entity, found: list[Planted]) -> list[Planted]:
        """Those of the rows that had not failed before, now written down as failed."""
        new = set(
            self.store.column(
                "INSERT INTO demo_failed SELECT DISTINCT %s, id FROM unnest(%s::text[]) id ON CONFLICT DO NOTHING"
                " RETURNING id",
                [entity.name, [one.id for one in found]],
            )
        )
        kept = {one.id: one for one in reversed(found) if one.id in new}
        return list(kept.values())

    def _broken(self, entity: Entity, ref: Ref) -> list[Planted]:
        """Rows whose reference leads to nothing that arrives; for required ones also those without a key."""
        keys = range(len(ref.keys))
        columns = ", ".join(f"{key} AS key{n}" for n, key in enumerate(ref.keys))
        empty = " AND ".join(f"key{n} IS NULL" for n in keys)
        lost = " AND ".join(f"NOT EXISTS (SELECT FROM arriving_{ref.parent} a WHERE a.id = c.key{n})" for n in keys)
        source = f"{entity.table} t {entity.joins} WHERE {entity.where}"
        rows = self.store.run(
            f"SELECT id, label, {empty} FROM (SELECT t.id, {entity.label} AS label, {columns} FROM {source}) c"
            f" WHERE {lost}{'' if ref.required else f' AND NOT ({empty})'}"
        )
        return [self._blamed(entity, pk, label, self._outcome(entity, ref, without)) for pk, label, without in rows]

    @staticmethod
    def _outcome(entity: Entity, ref: Ref, empty: bool) -> Outcome:
        if empty:
            return failed(entity.name, ref.field, "required")
        become = failed if ref.required else resolved
        return become(entity.name, ref.field, "missing_parent", "resolve")

    def _blamed(self, entity: Entity, pk: int, label: str, outcome: Outcome) -> Planted:
        """The defect that broke the reference, or a cascade from one further up."""
        default: Any = (CASCADE, f"{entity.table}: what it needs does not arrive")
        kind, note = self.planter.blamed.get((entity.table, pk, outcome.field), default)
        return Planted(kind, entity.table, label, outcome, note)
