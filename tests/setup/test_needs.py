"""What the set-up says when it may not install something itself."""

import importlib.util
from pathlib import Path

import pytest


@pytest.fixture
def needs(monkeypatch, tmp_path):
    """The set-up's module on a machine of its own: Debian, nobody in particular, no sudo, a writable folder."""
    path = Path(__file__).parents[2] / "tools" / "setup" / "needs.py"
    spec = importlib.util.spec_from_file_location("needs", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(module.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(module, "quiet", lambda *command: False)
    monkeypatch.setattr(module, "distribution", lambda: "debian")
    monkeypatch.setattr(module, "TO_RUN", (module.Need("Chinese fonts", "fonts-noto-cjk", lambda: False),))
    monkeypatch.setattr(module, "TO_TEST", (module.Need("a browser", module.BROWSER, lambda: False),))
    monkeypatch.setattr(module.shutil, "which", lambda name: f"/usr/bin/{name}")
    return module


def test_a_machine_that_has_everything_is_left_alone(needs, monkeypatch):
    monkeypatch.setattr(needs, "TO_RUN", (needs.Need("Chinese fonts", "fonts-noto-cjk", lambda: True),))

    assert needs.provide(testing=False) is None


def test_who_may_not_install_is_told_the_exact_command(needs):
    with pytest.raises(needs.Missing) as told:
        needs.provide(testing=True)

    wanted = "apt-get install -y --no-install-recommends fonts-noto-cjk chromium-headless-shell"
    assert f"sudo sh -c 'apt-get update && {wanted}'" in str(told.value)


def test_running_asks_for_nothing_that_only_tests_need(needs):
    with pytest.raises(needs.Missing) as told:
        needs.provide(testing=False)

    assert "chromium" not in str(told.value)


def test_a_system_without_apt_is_told_what_to_look_for(needs, monkeypatch):
    monkeypatch.setattr(needs.shutil, "which", lambda name: None)

    with pytest.raises(needs.Missing, match="Chinese fonts"):
        needs.provide(testing=False)


def test_ubuntu_is_told_about_its_snap(needs, monkeypatch):
    monkeypatch.setattr(needs, "distribution", lambda: "ubuntu")
    monkeypatch.setattr(needs, "TO_RUN", ())

    with pytest.raises(needs.Missing, match="sudo snap install chromium"):
        needs.provide(testing=True)
