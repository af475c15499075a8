"""Practice, mock rounds and their event log: code decides what happens next, faces render the events."""
