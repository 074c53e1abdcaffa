"""What can be wrong with a file of readings."""


class UnreadableFile(Exception):
    """The file as a whole, or all that follows a point in it, cannot be read."""


class UnreadableRow(Exception):
    """One row is no reading; the others may be."""
