from samples.stack import extract, recorded


def test_the_aws_in_memory_of_the_unit_tests_is_made_as_this_stack_is(stack):
    assert recorded() == extract(stack.document), "Run 'make samples'."
