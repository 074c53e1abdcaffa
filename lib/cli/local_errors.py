"""Errors of the local pipeline, told in one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from lib.local.errors import LocalPipelineError


@contextmanager
def errors_as_sentences() -> Iterator[None]:
    """Raises the errors of the local pipeline as click's own."""
    try:
        yield
    except LocalPipelineError as error:
        raise click.ClickException(str(error)) from error
