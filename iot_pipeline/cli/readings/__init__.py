"""`pipeline readings …`."""
