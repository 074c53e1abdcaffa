from edge.redelivery import LONGEST_SECONDS, wait_seconds


def test_a_message_comes_again_within_seconds_at_first_and_every_five_minutes_at_last():
    longest = [wait_seconds(receives, draw=max) for receives in range(1, 10)]
    assert longest == [5, 10, 20, 40, 80, 160, 300, 300, 300]
    assert wait_seconds(1_000, draw=max) == LONGEST_SECONDS


def test_chance_leaves_out_at_most_half_a_wait():
    shortest = [wait_seconds(receives, draw=min) for receives in range(1, 10)]
    assert shortest == [3, 5, 10, 20, 40, 80, 150, 150, 150]


def test_messages_that_failed_together_do_not_come_again_together():
    assert len({wait_seconds(20) for _ in range(100)}) > 10
