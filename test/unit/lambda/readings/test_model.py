from decimal import Decimal

import pytest
from samples.readings import reading

from readings.model import with_derived_metrics


def test_equal_numbers_make_equal_readings_and_other_types_do_not():
    one = reading(x=Decimal("27.0"))
    assert one.digest == reading(x=27).digest
    assert len({one.digest, reading(x="27").digest, reading(x=True).digest}) == 3


@pytest.mark.parametrize(
    ("metrics", "celsius", "fahrenheit"),
    [
        ({"temperature": Decimal("25.5")}, "25.5", "77.9"),
        ({"temp": Decimal("-40")}, "-40", "-40"),
        ({"temperature": 0, "temp": 99}, "0", "32"),
        ({"temperature": True, "temp": 100}, "100", "212"),
    ],
)
def test_a_temperature_is_given_in_both_units(metrics, celsius, fahrenheit):
    derived = with_derived_metrics(reading(**metrics)).metrics
    assert derived["temperature_celsius"] == Decimal(celsius)
    assert derived["temperature_fahrenheit"] == Decimal(fahrenheit)


def test_a_temperature_of_38_digits_is_rounded_in_fahrenheit_only():
    sent = Decimal("0." + "1" * 38)
    derived = with_derived_metrics(reading(temperature=sent)).metrics
    assert derived["temperature_celsius"] == sent
    assert derived["temperature_fahrenheit"] == Decimal("32.2")


def test_what_processing_adds_does_not_change_what_the_reading_is():
    sent = reading(temperature=21, humidity=60)
    processed = with_derived_metrics(sent)
    assert processed.digest == sent.digest
    assert processed.metrics.items() >= sent.metrics.items()


def test_a_reading_without_a_temperature_stays_as_it_is():
    sent = reading(humidity=60)
    assert with_derived_metrics(sent) is sent
