from hypothesis import given
from hypothesis import strategies as st
from samples.readings import START

from alerting.evaluation.timeline import BEGINNING, REMEMBERED_MS, Checkpoint, Snapshot, Timeline
from readings.model import Position


def checkpoint(milliseconds, **snapshot):
    return Checkpoint(Position(START + milliseconds, ""), Snapshot(**snapshot))


def timeline(*milliseconds):
    return Timeline.of([Checkpoint(BEGINNING, Snapshot()), *map(checkpoint, milliseconds)])


def ages(line):
    newest = line.last.position.timestamp
    return [newest - one.position.timestamp for one in line.checkpoints[1:]]


def test_a_reading_comes_after_the_newest_checkpoint_before_it():
    line = timeline(10, 20, 40)
    assert [line.before(Position(START + n, "")) for n in (10, 11, 20, 39, 41)] == [0, 1, 1, 2, 3]
    assert line.before(BEGINNING) is None
    assert line.following(2) == line.last
    assert line.following(3) is None
    assert line.knows(Position(START + 20, ""))
    assert not line.knows(Position(START + 20, "0"))


moments = st.lists(st.integers(0, REMEMBERED_MS), unique=True, min_size=1, max_size=200).map(sorted)


@given(moments=moments)
def test_few_checkpoints_are_kept_and_the_newest_is_one_of_them(moments):
    line = timeline(*moments)
    assert len(line.checkpoints) <= REMEMBERED_MS.bit_length() + 4
    assert line.last.position.timestamp == START + moments[-1]
    assert line.checkpoints[0].position == BEGINNING


@given(moments=moments)
def test_what_was_forgotten_lies_after_an_opaque_checkpoint_of_at_most_four_times_its_age(moments):
    line = timeline(*moments)
    for moment in moments:
        position = Position(START + moment, "")
        if line.knows(position):
            continue
        base = line.checkpoints[line.before(position)]
        assert base.opaque
        age = moments[-1] - moment
        assert moments[-1] - (base.position.timestamp - START) < 4 * age
    forgotten = len(moments) + 1 - len(line.checkpoints)
    assert any(one.opaque for one in line.checkpoints) == bool(forgotten)


@given(moments=moments, later=st.integers(1, 10_000_000))
def test_what_is_opaque_stays_so_as_it_grows_older(moments, later):
    line = timeline(*moments)
    grown = Timeline.of([*line.checkpoints, checkpoint(moments[-1] + later)])
    known = {one.position for one in grown.checkpoints}
    for one in line.checkpoints:
        if one.opaque and one.position in known:
            assert next(each for each in grown.checkpoints if each.position == one.position).opaque


def test_what_is_too_old_for_any_reading_is_forgotten_but_for_the_last_of_it():
    line = timeline(0, 10, 20, REMEMBERED_MS + 21)
    assert ages(line) == [0]
    assert line.checkpoints[0].position.timestamp == START + 20
    assert line.before(Position(START + 20, "")) is None


def test_what_is_told_anew_is_no_longer_opaque():
    line = timeline(*range(100))
    index = next(n for n, one in enumerate(line.checkpoints) if one.opaque)
    assert line.until(index)[-1].opaque is False
    assert line.until(index)[:-1] == list(line.checkpoints[:index])
