"""Finding model classes by walking a package, so that a new module is a new file and no change anywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules

from django.db.models import Model


def models_in(package: str, path: Sequence[str]) -> dict[str, type[Model]]:
    """Class name → each concrete model that a module of the package itself defines."""
    modules = [import_module(f"{package}.{info.name}") for info in iter_modules(path)]
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, Model)
        and value.__module__ == module.__name__
        and not value._meta.abstract
    }
