"""Run by Alembic: applies the scripts on the connection that `tutor.store.schema` hands over."""

from alembic import context

from tutor.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
