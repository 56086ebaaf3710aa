"""Declared validations, one in a file."""
