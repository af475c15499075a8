"""Alembic's scripts; `tutor.store.schema` runs them."""
