"""Reports: the figures of a run, a domain or the whole migration as plain data, and the formats that they come in.

`figures` makes the data, `sections` puts it into tables, `charts` into pictures; `formats` holds what writes them down.
"""
