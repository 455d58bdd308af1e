"""Settings that every kind of test shares."""

from hypothesis import settings

settings.register_profile("fairlead", deadline=None, derandomize=True)
settings.load_profile("fairlead")
