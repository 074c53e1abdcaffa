"""What contexts tell each other of readings: their model, their names, their queue message."""
