import pytest

from lms.core.storage import Storage


def test_the_name_of_a_file_is_its_content(tmp_path):
    store = Storage(f"file://{tmp_path}")

    first, again, other = store.put(b"slides"), store.put(b"slides"), store.put(b"slides, changed")

    assert first == again != other
    assert store.get(first) == b"slides"
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


def test_a_file_changed_behind_our_back_is_not_handed_out(tmp_path):
    store = Storage(f"file://{tmp_path}")
    sha256 = store.put(b"certificate")
    next(path for path in tmp_path.rglob(sha256)).write_bytes(b"forged")

    with pytest.raises(ValueError, match="changed"):
        store.get(sha256)
