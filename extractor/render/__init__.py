"""Show a record to people: on a terminal and as a page."""
