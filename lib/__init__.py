"""What builds, runs and talks to the pipeline."""
