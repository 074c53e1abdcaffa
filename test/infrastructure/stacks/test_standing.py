"""What `pipeline cost` says of a stack that nobody uses is of the stack that is there."""

from bench.standing import described

from lib.cost.counted import counted


def test_what_stands_is_what_the_stack_describes(stack):
    found, kept = described(stack.document["resource"]), counted().standing
    assert found == {unit: kept[unit] for unit in found}, "Run 'make bench'."
