"""SQL tables, migrations and the event log."""
