"""The kernel's ports, met with AWS."""
