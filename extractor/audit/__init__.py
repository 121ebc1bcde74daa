"""The audit: what a report should have said and did not, one report at a time or over an archive."""
