"""Scores that follow from the graded fields: pure functions over tables."""
