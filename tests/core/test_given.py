"""A day nobody can have meant is refused where it is typed, and never stored or reckoned with."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from lms.campaigns.forms import CampaignForm
from lms.compliance.chasing.forms import AskForm, DecideForm
from lms.compliance.situation.forms import IncidentForm
from lms.core.given import day_named
from lms.integrations.lti.forms import PlatformForm
from lms.registry.jurisdiction_forms import ChangeForm


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (CampaignForm, "starts_on"),
        (CampaignForm, "due_on"),
        (AskForm, "until_on"),
        (DecideForm, "until_on"),
        (IncidentForm, "happened_on"),
        (ChangeForm, "on"),
    ],
)
def test_a_year_of_two_digits_and_the_end_of_time_are_no_days(app, form, name):
    with app.test_request_context():
        for typed in ("0026-11-20", "0001-01-01", "9999-12-31"):
            filled = form(formdata=MultiDict({name: typed}), meta={"csrf": False})
            filled[name].validate(filled)
            assert filled[name].errors == ["日期不对"], typed


@pytest.mark.parametrize(("form", "name", "most"), [(PlatformForm, "client_id", 200), (AskForm, "reason", 200)])
def test_words_that_are_too_long_are_told_how_long_they_may_be(app, form, name, most):
    with app.test_request_context():
        filled = form(formdata=MultiDict({name: "长" * (most + 1)}), meta={"csrf": False})
        filled[name].validate(filled)
    assert [str(error) for error in filled[name].errors] == [f"最多 {most} 个字"]


@pytest.mark.parametrize(
    ("typed", "day"), [("2026-11-20", date(2026, 11, 20)), ("0001-01-01", None), ("9999-12-31", None), ("x", None), ("", None)]
)
def test_an_address_names_no_day_that_nobody_can_mean(app, typed, day):
    with app.test_request_context(query_string={"until": typed}):
        assert day_named("until") == day
