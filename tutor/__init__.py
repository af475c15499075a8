"""The interview tutor for machine-learning engineers: one core, many faces (see ARCHITECTURE.md)."""
