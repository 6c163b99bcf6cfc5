"""The document is true of whatever is sent: nothing breaks, and nothing is answered that it does not announce."""

import json
import os
from itertools import islice

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from tests.api.test_reading import ids
from tests.api.test_tokens import problem
from tests.api.test_writing import plan
from tests.api.tokens import bearing, token_of
from tests.world import build_world

__all__ = ["ids"]
EXAMPLES = int(os.environ.get("ANKE_API_EXAMPLES", "1"))  # of each operation; a long run is for whoever asks for one
EVERY_NTH = 60 if EXAMPLES < 10 else 1
EVERY_WAY = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]
# What a schema can not say, such as a day that has passed, is refused by the rules: 422 of something fit is no fault.
BUT = [positive_data_acceptance]


@pytest.fixture
def described(app, world, ids):
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


@pytest.fixture
def headers(world):
    """Those of everybody who may come: with each kind of token, with one that is none, and without."""
    texts = [token_of(getattr(world.here, role))[1] for role in ("trainer", "officer", "employee", "head")]
    texts += [token_of(world.here.trainer, writes=False)[1], "anke_nothing"]
    return [{"Authorization": f"Bearer {text}"} for text in texts] + [{}]


def operations(described):
    return [one.ok() for one in described.get_all_operations()]


def test_whatever_is_sent_is_answered_as_announced(described, headers, world, ids):
    for one in operations(described):
        names = one.path.replace("}", "{").split("{")[1::2]
        sides = [{name: str(side.get(name, "x")) for name in names} for side in (ids, world.there.ids)] if names else []
        cases = [one.as_strategy(path_parameters=side) for side in sides] + [one.as_strategy(mode) for mode in EVERY_WAY]

        @given(case=st.one_of(cases), who=st.sampled_from(headers))
        @settings(
            max_examples=EXAMPLES, database=None, derandomize=True, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def ask(case, who):
            case.call_and_validate(headers=who, excluded_checks=BUT)

        ask()


def test_boundaries_and_other_methods_are_answered_as_announced(described, headers):
    for at, one in enumerate(operations(described)):
        how = described.config.generation_for(operation=one)
        cases = described.iter_coverage_cases(one, generation_modes=EVERY_WAY, generation_config=how)
        for case in islice(cases, at % EVERY_NTH, None, EVERY_NTH):
            case.call_and_validate(headers=headers[0], excluded_checks=BUT)


@pytest.fixture
def sides(app_on_either):
    with unit_of_work(Actor.system("test"), "home") as uow:
        return build_world(uow)


def test_what_no_generator_thinks_of_is_refused_in_words(app_on_either, sides):
    trainer = bearing(app_on_either, token_of(sides.here.trainer)[1])
    good = plan(sides)
    years = [
        {"starts_at": f"{day}T{hour}:00:00Z", "ends_at": f"{day}T{hour}:59:00Z", "place": "大厅"}
        for day, hour in (("0001-01-01", "00"), ("9999-12-31", "22"))
    ]
    bodies = {
        "[" * 100_000: 400, '{"a":' * 100_000: 400, '{"title":' + "9" * 5000 + "}": 400, '{"title": NaN}': 422, "": 400,
        json.dumps(good | {"title": "\ud800"}): 422, json.dumps(good | {"\ud800": 1}): 422,
        json.dumps(good | {"title": "\0"}): 422, json.dumps(good | {"departments": ["\ud800"]}): 422, b'{"title": "\xff"}': 400,
        **{json.dumps(good | {"sittings": [slot]}): 422 for slot in years},
    }  # fmt: skip
    for body, status in bodies.items():
        assert problem(trainer.post("/api/v1/lectures", data=body, content_type="application/json"))[0] == status, body[:60]
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        assert problem(trainer.post("/api/v1/lectures", data=json.dumps(good), content_type=kind)) == (415, "other-media-type")
    for key in ("", "x" * 201):
        assert problem(trainer.post("/api/v1/lectures", json=good, headers={"Idempotency-Key": key})) == (422, "bad-key")
    made = trainer.post("/api/v1/lectures", json=good, headers={"Idempotency-Key": "é\t"})
    assert made.status_code == 201
    assert problem(trainer.post(f"/api/v1/lectures/{made.json['id']}/cancel", json={"reason": "12 人\u202e / 13 人"}))[0] == 422
    for query in ("q=%00", "limit=99999999999999999999", "limit=-1", "limit=", "department_id=%7B" + "0" * 32 + "%7D"):
        assert problem(trainer.get(f"/api/v1/people?{query}"))[0] in (400, 422), query
    assert problem(trainer.get("/api/v1/verify/%00"))[0] == 400
    assert problem(app_on_either.test_client().get("/api/v1/me", headers={"Authorization": "Bearer \xe9"})) == (401, "bad-token")
