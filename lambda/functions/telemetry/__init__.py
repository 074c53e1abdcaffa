"""Readings in and out."""
