"""The checkout's command line: that of the client, and what brings the pipeline up and down."""
