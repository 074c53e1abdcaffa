"""`pipeline dlq …`."""
