"""A realistic legacy database of a dental laboratory, with planted defects and a manifest of what becomes of them."""

from legacy.demo.builder import Summary, build
from legacy.demo.store import DemoError

__all__ = ["DemoError", "Summary", "build"]
