"""What goes wrong on the developer's machine, said in one sentence."""


class LocalPipelineError(Exception):
    """The pipeline cannot run here; its text is one sentence that says what to do about it."""
