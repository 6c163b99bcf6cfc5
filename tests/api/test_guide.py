"""docs/api.md says what really works: every line of it, run by a shell against a server."""

import os
import re
import subprocess
import sys
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from lms.access.models import User
from lms.compliance.models import Standing, StandingState
from lms.core.uow import unit_of_work
from lms.credentials.issuing import issue_due
from lms.lectures.models import Attendee, Lecture
from lms.quizzes import service as quizzes
from tests.app.populate import populate
from tests.conftest import SECRET
from tests.credentials.scenes import SYSTEM, take_quiz
from tests.quizzes.scenes import questions

GUIDE = Path("docs/api.md")
PEOPLE_ANSWER = "<!-- here the people answer the quiz -->"
SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def test_the_guide_does_the_main_job(app, host, world, tmp_path):
    campaign_id = populate(world.here)["campaign_id"]
    names = {"demo-trainer": "trainer-430602", "demo-head": "head-430602", "demo-district": "officer-430602"}
    with unit_of_work(SYSTEM, "system") as uow:
        quizzes.add_questions(uow, world.here.enterprise_id, questions(8, "有限空间"))
        own = {"enterprise_id": world.here.enterprise_id, "campaign_id": campaign_id, "updated_at": uow.now}
        street = {"street_code": "430602008", "street_name": "城陵矶街道", "industry": "工贸"}
        uow.session.add(Standing(**own, **street, since_on=uow.today, state=StandingState.LECTURED, due_on=uow.today))
        for shown, username in names.items():
            uow.session.scalars(select(User).where(User.username == username)).one().username = shown
    settings = app.extensions["settings"]
    env = os.environ | {
        "ANKE": host, "ANKE_ENV": "test", "ANKE_SECRET_KEY": SECRET, "ANKE_DATA_DIR": str(settings.data_dir),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }  # fmt: skip
    before, after = ("\n".join(SHELL.findall(part)) for part in GUIDE.read_text().split(PEOPLE_ANSWER))
    script = f'set -euo pipefail\n{before}\necho "LECTURE $ID"; read -r _answered\n{after}\necho DONE'

    shell = subprocess.Popen(
        ["bash", "-c", script], cwd=tmp_path, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )  # fmt: skip
    said = []
    for line in shell.stdout:
        said.append(line)
        if line.startswith("LECTURE "):
            people_answer(UUID(line.split()[1]))
            shell.stdin.write("\n")
            shell.stdin.flush()
    told = "".join(said)

    assert shell.wait() == 0 and said[-1] == "DONE\n", told
    assert '{"recorded": 4, "waiting": 2}\n{"confirmed": 2}\nclosed' in told
    assert '"method": "import", "trust": "imported"' in told and '"reasons"' in told
    assert (tmp_path / "certificate.pdf").read_bytes().startswith(b"%PDF")
    assert "'name': '开讲率'" in told and "湘粮油脂有限公司" in told and "\n304\n" in told


def people_answer(lecture_id: UUID) -> None:
    with unit_of_work(SYSTEM, "system") as uow:
        lecture = uow.session.get_one(Lecture, lecture_id)
        listed = select(Attendee.person_id).where(Attendee.lecture_id == lecture_id).order_by(Attendee.id)
        for person_id in uow.session.scalars(listed.limit(2)).all():
            take_quiz(uow, lecture, person_id, 4)
    issue_due(lecture_id)
