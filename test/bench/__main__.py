"""What the pipeline costs, in the processor's time and in money: `make bench`."""

import os
import sys

from samples.surroundings import leave_surroundings

# Before anything is imported that may read the environment at once.
leave_surroundings(os.environ)
os.environ.update(
    AWS_DEFAULT_REGION="us-east-1",
    AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY="secret",
)

from bench.run import everything, quick  # noqa: E402

{"quick": quick, "everything": everything}[sys.argv[1]]()
