"""Readings: taken in, processed, queried, processed again."""
