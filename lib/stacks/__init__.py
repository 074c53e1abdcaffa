"""The stacks that go to AWS."""
