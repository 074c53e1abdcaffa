import os
import zipfile
from io import BytesIO
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lib.packaging.archive import archive, sha256_base64, write_if_changed

names = st.text("abc/_.", min_size=1, max_size=12)
files = st.dictionaries(names, st.binary(max_size=200), max_size=8)


@given(files, st.randoms(use_true_random=False))
def test_the_bytes_depend_on_the_members_and_not_on_their_order(members, random):
    shuffled = list(members.items())
    random.shuffle(shuffled)

    assert archive(dict(shuffled)) == archive(members)


@given(files)
def test_every_member_is_read_back_as_it_was_given(members):
    with zipfile.ZipFile(BytesIO(archive(members))) as opened:
        assert {info.filename: opened.read(info) for info in opened.infolist()} == members


def test_members_have_one_date_and_may_be_read_by_all():
    with zipfile.ZipFile(BytesIO(archive({"b": b"2", "a": b"1"}))) as opened:
        infos = opened.infolist()

    assert [info.filename for info in infos] == ["a", "b"]
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.external_attr >> 16 for info in infos} == {0o100644}


def test_the_digest_is_in_the_form_of_lambda():
    assert sha256_base64(b"") == "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


def test_a_file_that_holds_the_content_is_left_alone(tmp_path: Path):
    path = tmp_path / "new" / "function.zip"
    write_if_changed(path, b"same")
    os.utime(path, (1, 1))

    write_if_changed(path, b"same")
    assert path.stat().st_mtime == 1

    write_if_changed(path, b"other")
    assert path.read_bytes() == b"other"
    assert list(path.parent.iterdir()) == [path]
