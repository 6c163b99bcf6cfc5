"""What SQLite reads for the work of every minute and for the worklist, before and after it was told what there is."""

from lms.core.db import db
from lms.core.uow import unit_of_work
from lms.core.upkeep import look_at_tables
from lms.credentials.queries import lapsed
from lms.credentials.queries.retraining import moves
from tests.app.populate import populate
from tests.compliance.scene import SYSTEM, add_enterprises, launch
from tests.counting import Said, asked

FIRMS = 300


def of(sent: list[Said], *tables: str) -> list[Said]:
    """Those that are about one of these tables."""
    return [one for one in sent if any(f" {table}" in one.statement for table in tables)]


def steps(one: Said) -> list[str]:
    """How SQLite goes about a statement (https://www.sqlite.org/eqp.html)."""
    with db.engine.connect() as connection:
        return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one.statement}", one.values)]


def read_whole(plans: list[list[str]], *tables: str) -> list[str]:
    """Steps that go through all of a table or of an index of it."""
    return [step for plan in plans for step in plan for table in tables if step.startswith(f"SCAN {table}")]


def test_what_a_worker_looks_for_again_and_again_is_found_without_going_through_everybody(world):
    populate(world.here)
    with asked("SELECT") as sent, unit_of_work(SYSTEM, "system", write=False) as uow:
        lapsed(uow, uow.now)
        moves(uow, 10)

    plans = [steps(one) for one in of(sent, "completion", "person_post")]
    assert len(plans) == 2
    assert read_whole(plans, "completion", "quiz", "person_post", "person", "enterprise") == []
    assert any("ix_quiz_closes_at" in step for step in plans[0])
    assert any("ix_person_post_starts_on_person_id" in step for step in plans[1])


def test_once_told_what_there_is_the_worklist_is_read_no_worse(world, client_as):
    with unit_of_work(SYSTEM, "home") as uow:
        add_enterprises(uow, world.here.street_id, FIRMS)
        campaign = launch(uow, world.here)
    officer = client_as(world.here.officer)
    address = f"/campaigns/{campaign.id}/enterprises?metric=attention"
    officer.get(address)
    with asked("SELECT") as sent:
        assert officer.get(address).status_code == 200
    listed = of(sent, "standing")
    before = [steps(one) for one in listed]

    look_at_tables()

    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT stat FROM sqlite_stat1 WHERE tbl = 'standing'").all()
    after = [steps(one) for one in listed]
    assert before and any("USING" in step for plan in before for step in plan)
    assert len(read_whole(after, "standing")) <= len(read_whole(before, "standing"))
    sorts = [sum("TEMP B-TREE" in step for plan in plans for step in plan) for plans in (after, before)]
    assert sorts[0] <= sorts[1]
