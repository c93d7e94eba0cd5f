"""Django's engine for PostgreSQL, with one difference (``base``)."""
