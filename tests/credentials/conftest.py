"""One certificate, as the tests of its pages, its signatures and its verification look at it."""

from __future__ import annotations

import pytest

from lms.credentials.models import Certificate
from tests.credentials.scenes import certificates, held_for_one


@pytest.fixture
def certificate(world, kept) -> Certificate:
    (found,) = certificates(kept(held_for_one, world))
    return found
