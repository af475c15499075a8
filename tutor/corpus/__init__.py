"""knowledge/ as values: load, lint, passages, index, search."""
