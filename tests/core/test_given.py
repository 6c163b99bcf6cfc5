"""A day nobody can have meant is refused where it is typed, and never stored or reckoned with."""

import pytest
from werkzeug.datastructures import MultiDict

from lms.campaigns.forms import CampaignForm
from lms.compliance.chasing.forms import AskForm, DecideForm
from lms.compliance.situation.forms import IncidentForm
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
