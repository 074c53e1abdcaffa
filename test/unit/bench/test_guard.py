from bench.guard import fallen


def test_a_ratio_that_falls_by_a_third_is_told():
    assert fallen({"a": 3.0, "b": 3.0}, {"a": 2.0, "b": 2.1}) == [
        "a: 2.000, where the last bench had 3.000."
    ]


def test_a_ratio_that_is_no_longer_measured_is_told():
    assert fallen({"a": 3.0}, {}) == ["a: 0.000, where the last bench had 3.000."]


def test_what_was_not_measured_before_cannot_fall():
    assert fallen({}, {"a": 0.1}) == []
