"""A mock round or a loop to take away: as Markdown, JSON, PDF, and its weak points as Anki cards."""
