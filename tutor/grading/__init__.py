"""From (exercise, answer) to a critique: guard, windows, judge, verified evidence, one score table."""
