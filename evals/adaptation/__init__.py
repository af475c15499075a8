"""Simulated learners and the ways to choose questions for them."""
