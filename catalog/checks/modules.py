"""The files: every declaration is found, importable, named once, described and tested."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

from catalog.checks.rules import Finding, World, each_entity, rule
from catalog.checks.sources import Pairs
from catalog.declare import Spec
from catalog.registry import declared, modules


def load(package: ModuleType) -> tuple[list[Spec], list[CheckMessage]]:
    """The declarations in a package, and what is wrong with its files: one broken module does not hide the others."""
    found: list[Spec] = []
    wrong: list[CheckMessage] = []
    names = {package.__name__}
    for info in modules(package):
        names.add(info.name)
        try:
            module = import_module(info.name)
        except Exception as error:
            wrong.append(_broken(info.name, error))
            continue
        here = declared(module)
        if not here and not info.ispkg:
            wrong.append(
                Error(
                    "The module declares no entity.",
                    hint="Write class <Name>Migration(EntityMigration, script=..., source=..., target=...), "
                    "or move the module out of catalog/entities/.",
                    obj=info.name,
                    id="catalog.E002",
                )
            )
        found += here
    return found, wrong + list(_not_found(package, names))


def _broken(name: str, error: Exception) -> CheckMessage:
    return Error(
        f"The module cannot be imported. {type(error).__name__}: {error}",
        hint="Correct the import or the class header; script, source and target are required in it.",
        obj=name,
        id="catalog.E001",
    )


def _not_found(package: ModuleType, names: set[str]) -> Iterator[CheckMessage]:
    """Files that walking does not find, as their folder is no package."""
    home = Path(package.__path__[0])
    for path in sorted(home.rglob("*.py")):
        parts = path.relative_to(home).with_suffix("").parts
        if ".".join((package.__name__, *parts)).removesuffix(".__init__") not in names:
            yield Error(
                f"{path.relative_to(home.parent)} is not found, as its folder is no package.",
                hint=f"Add an empty {path.parent.relative_to(home.parent) / '__init__.py'}.",
                obj=package.__name__,
                id="catalog.E003",
            )


@rule("E004")
def name_taken_twice(world: World) -> Iterator[Finding]:
    """Two entities with one name."""
    times = Counter(spec.name for spec in world.specs)
    for spec in world.specs:
        if times[spec.name] > 1:
            yield Finding(
                spec,
                f"{times[spec.name]} entities have this name; this one is in {spec.module}.",
                "Give one of them another name in its header, as name='<table>_<what is special>'.",
            )


@each_entity("E005")
def without_description(spec: Spec) -> Pairs:
    """A declaration without a docstring, which is what staff read about the entity."""
    if not spec.description:
        yield f"The class in {spec.module} has no docstring.", "Write in a sentence what a row of the entity is."


@each_entity("W006", Warning)
def without_test(spec: Spec) -> Pairs:
    """A declaration without a test file, where there are tests at all."""
    folder = settings.BASE_DIR / "tests" / "catalog" / "entities"
    path = folder / f"test_{spec.module.rpartition('.')[2]}.py"
    if folder.is_dir() and spec.module.startswith("catalog.entities.") and not path.exists():
        yield "The declaration has no test.", f"Write {path.relative_to(settings.BASE_DIR)}."
