"""What every context needs; imports no context."""
