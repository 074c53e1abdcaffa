"""What can go wrong while packaging."""


class PackagingError(Exception):
    """Something cannot be packaged as it stands; the message says what and where."""
