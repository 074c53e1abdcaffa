"""`pipeline rules …`."""
