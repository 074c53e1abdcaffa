"""Rules on readings, their evaluation, and the alerts that they fire."""
