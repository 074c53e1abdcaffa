"""`pipeline events …`."""
