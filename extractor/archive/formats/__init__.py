"""Formats a run writes beside its tables: one file a format."""
