"""`pipeline stats …`."""
