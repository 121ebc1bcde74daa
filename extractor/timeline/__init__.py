"""A patient's vertebrae over time: what each examination admits, and what has changed since the one before."""
