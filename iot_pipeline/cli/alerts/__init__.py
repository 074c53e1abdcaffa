"""`pipeline alerts …`."""
