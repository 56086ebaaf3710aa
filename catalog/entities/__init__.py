"""One declaration per target table: `catalog/entities/<domain>/<entity>.py`, found by walking."""
