"""Django's PostgreSQL backend, starting the embedded server when a first connection needs it."""
