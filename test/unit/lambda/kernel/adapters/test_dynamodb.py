from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples.readings import metrics, numbers, texts

from kernel.adapters.dynamodb import from_attribute, to_attribute


@given(st.one_of(numbers, st.booleans(), texts, st.binary(max_size=40), metrics))
def test_every_value_comes_back_as_it_was(value):
    returned = from_attribute(to_attribute(value))
    assert (returned, type(returned)) == (value, type(value))


@given(numbers)
def test_a_number_keeps_every_digit(number):
    assert Decimal(to_attribute(number)["N"]).as_tuple() == number.as_tuple()


def test_truth_is_not_mistaken_for_a_number():
    assert to_attribute(True) == {"BOOL": True}
    assert to_attribute(1) == {"N": "1"}


@pytest.mark.parametrize("value", [1.5, None, (1,), {"nested": object()}])
def test_a_value_without_an_exact_form_is_refused(value):
    with pytest.raises(TypeError):
        to_attribute(value)


@pytest.mark.parametrize("attribute", [{"NULL": True}, {"SS": ["a"]}, {"NS": ["1"]}])
def test_an_attribute_that_the_pipeline_never_writes_is_refused(attribute):
    with pytest.raises(TypeError):
        from_attribute(attribute)
