import re
from pathlib import Path

import pytest

from lms.core.settings import SettingsFault, read_settings

STRONG = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("secret", [None, "", "changeme", "a" * 40])
def test_production_does_not_start_without_a_secret_of_its_own(tmp_path, secret):
    environ = {"ANKE_DATA_DIR": str(tmp_path)} | ({} if secret is None else {"ANKE_SECRET_KEY": secret})

    with pytest.raises(SettingsFault, match="ANKE_SECRET_KEY"):
        read_settings(environ)


def test_production_is_what_one_gets_without_saying_anything(tmp_path):
    assert read_settings({"ANKE_DATA_DIR": str(tmp_path), "ANKE_SECRET_KEY": STRONG}).env == "production"


def test_two_demos_never_share_a_secret_and_one_keeps_its_own(tmp_path):
    first = read_settings({"ANKE_DATA_DIR": str(tmp_path / "a"), "ANKE_ENV": "demo"})
    again = read_settings({"ANKE_DATA_DIR": str(tmp_path / "a"), "ANKE_ENV": "demo"})
    other = read_settings({"ANKE_DATA_DIR": str(tmp_path / "b"), "ANKE_ENV": "demo"})

    assert first.secret_key == again.secret_key != other.secret_key
    assert (tmp_path / "a" / "secret").stat().st_mode & 0o077 == 0


def test_an_unknown_environment_is_named(tmp_path):
    with pytest.raises(SettingsFault, match="ANKE_ENV"):
        read_settings({"ANKE_DATA_DIR": str(tmp_path), "ANKE_ENV": "staging"})


class Asked(dict):
    """An environment that remembers what was looked for in it."""

    def __init__(self, **given: str) -> None:
        super().__init__(given)
        self.names: set[str] = set()

    def get(self, name, default=None):
        self.names.add(name)
        return super().get(name, default)


def test_every_setting_is_explained_and_they_are_few(tmp_path):
    """The README's table is what there is to choose, no more and no less."""
    environ = Asked(ANKE_DATA_DIR=str(tmp_path), ANKE_ENV="demo")
    read_settings(environ)
    readme = (Path(__file__).parents[2] / "README.md").read_text()
    explained = {name for row in re.findall(r"^\| (`ANKE_.*?) \|", readme, re.M) for name in re.findall(r"ANKE_\w+", row)}

    assert environ.names - {"PORT"} == explained
    assert len(explained) <= 30
