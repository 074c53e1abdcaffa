"""What every invocation begins with, however it came in."""

from collections.abc import Iterator
from contextlib import contextmanager

from edge import tracing
from kernel.invocation import LambdaContext, running


@contextmanager
def entered(context: LambdaContext) -> Iterator[None]:
    """Everything in it belongs to this invocation, keeps to its time, and is traced if it is."""
    with running(context):
        tracing.follow_sampled_requests()
        yield
