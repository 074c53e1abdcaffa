"""How all tests run."""

import os
import signal

import hypothesis
from samples.surroundings import leave_surroundings

# Before any test module is imported: what it imports may read the environment at once.
leave_surroundings(os.environ)

# What a shell starts in the background ignores Ctrl-C, which some tests press.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Shared machines pause at any moment, so no single example has a time limit.
hypothesis.settings.register_profile("gate", max_examples=40, deadline=None)
hypothesis.settings.load_profile("gate")
