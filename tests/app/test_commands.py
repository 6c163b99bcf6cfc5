"""The commands as a terminal finds them."""

from lms import cli
from lms.registry import commands


def test_finding_a_command_leaves_the_rooms_own_as_it_was():
    before = commands.people.callback

    found = cli.import_.get_command(None, "people")

    assert found.callback is not before
    assert commands.people.callback is before
