"""A case: the documents of one patient at one time, read together and intersected (reading rules, section 8)."""
