"""A licence that does not fit is found, in whichever words a package says it."""

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("licences", Path(__file__).parents[2] / "tools" / "check" / "licences.py")
assert _spec and _spec.loader
licences = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(licences)


@pytest.mark.parametrize(
    "said",
    [
        "MIT",
        "MIT License",
        "BSD-3-Clause",
        "Apache-2.0 AND MIT",
        "GPL-2.0-or-later OR MPL-2.0",
        "Mozilla Public License 2.0 (MPL 2.0)",
    ],
)
def test_what_fits(said):
    assert licences.fits(said)


@pytest.mark.parametrize(
    "said", ["", "GPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0 AND GPL-3.0-only", "Proprietary", "Server Side Public License"]
)
def test_what_does_not(said):
    assert not licences.fits(said)


def test_all_that_is_installed_fits():
    assert licences.main() == 0
