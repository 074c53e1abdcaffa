"""Evaluation: readings and the clock move the states of rules, and alerts come of it."""
