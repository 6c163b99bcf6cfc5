import subprocess
from math import factorial

import pytest

from lms.core.documents import MissingCharacters
from lms.core.documents.apart import print_apart
from tests.core.paper import print_page

pytestmark = pytest.mark.usefixtures("printed_apart")


def test_a_document_printed_apart_is_the_same_document():
    assert print_apart(print_page, "安全课") == print_page("安全课")


def test_what_cannot_be_printed_is_said_as_if_printed_here():
    with pytest.raises(MissingCharacters, match=r"U\+10FFFD|\U0010fffd"):
        print_apart(print_page, "\U0010fffd")


def test_a_process_that_dies_is_an_error_not_an_empty_document():
    with pytest.raises((subprocess.CalledProcessError, TypeError, OverflowError)):
        print_apart(factorial, -1.5)  # type: ignore[arg-type]  # not a document at all
