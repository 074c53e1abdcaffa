"""How all tests run."""

import hypothesis

# Shared machines pause at any moment, so no single example has a time limit.
hypothesis.settings.register_profile("gate", max_examples=40, deadline=None)
hypothesis.settings.load_profile("gate")
