"""Settings of property tests: no time limit for one example, as a busy machine would make it a matter of chance."""

from hypothesis import settings

settings.register_profile("any_speed", deadline=None)
settings.load_profile("any_speed")
