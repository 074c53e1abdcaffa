"""What every entrance of the pipeline shares: HTTP, queues, schedules."""
