"""What `pipeline cost` says of a stack that nobody uses is of the stack that is there."""

from lib.cost.standing import described, recorded


def test_what_stands_is_what_the_stack_describes(stack):
    assert recorded() == described(stack.document["resource"]), "Run 'make samples'."
