"""Whole sessions written down: a scripted learner talks to the tutor, and the terminal's own rendering is kept."""
