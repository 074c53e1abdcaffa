"""Where a stack could be deployed to."""

ACCOUNT = "123456789012"
