"""Archives of reports: where they come from, the run that reads them, and the tables it writes."""
