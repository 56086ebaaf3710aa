"""Declared repairs, one in a file."""
