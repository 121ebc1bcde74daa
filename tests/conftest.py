"""Settings of the property tests: no deadline, for the first report of a process also compiles the patterns."""

from hypothesis import settings

settings.register_profile("sinsight", deadline=None)
settings.load_profile("sinsight")
