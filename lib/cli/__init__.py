"""The command line: `pipeline COMMAND`."""
