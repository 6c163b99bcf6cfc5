"""What a file shows: how far a lecture is, which evidence of it is there, and what of an enterprise's file is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.errors import Conflict

STEPS = (_l("计划"), _l("通知"), _l("签到与授课"), _l("考核"), _l("发证"), _l("归档"))
PLAN, NOTICE, HOLDING, QUIZ, CERTIFICATES, FILED = range(1, 7)


class NotComplete(Conflict):
    code = "lecture-not-complete"
    sentence = _l("现在还不能归档：要等讲课结束、考核截止、证书发完。")


class Certified(Protocol):
    """How far a lecture is with its certificates."""

    @property
    def waiting(self) -> int: ...


def step_of(state: str, quiz: str | None, issued: Certified) -> int:
    """The step a lecture is at, counted from 1; one more than there are when it is on file.

    state: of the lecture. quiz: planned, open or closed; None without one.
    """
    if state == "archived":
        return FILED + 1
    if state != "closed":
        return {"draft": PLAN, "notified": NOTICE, "open": HOLDING}.get(state, PLAN)
    if quiz == "open":
        return QUIZ
    return CERTIFICATES if issued.waiting else FILED


def check_complete(step: int) -> None:
    """Raises NotComplete unless filing is all that is left to do."""
    if step != FILED:
        raise NotComplete


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence (佐证材料): whether it is there, what there is in words, and where it comes from.

    place: a key that the page turns into a link: materials, notice, photos, people, quiz or certificates.
    """

    there: bool
    text: Any
    place: str


def evidence(
    *,
    materials: int,
    notified: bool,
    invited: int,
    photos: int,
    photos_wanted: int,
    here: int,
    closed: bool,
    finished: int | None,
    certificates: int,
    no_hours: int = 0,
    too_short: bool = False,
) -> list[Evidence]:
    """What a lecture can show for itself; it fills itself, nobody assembles it. finished: None without a quiz. no_hours: people
    who completed it, and get no certificate because it would state none. too_short: nobody will get one, for the same reason.
    """
    listed = [
        Evidence(materials > 0, _("课件 %(n)s 份", n=materials) if materials else _("课件还没有上传"), "materials"),
        Evidence(notified, _("通知已发给 %(n)s 人", n=invited) if notified else _("还没有通知"), "notice"),
        Evidence(photos >= photos_wanted, _("现场照片 %(n)s / %(of)s 张", n=photos, of=photos_wanted), "photos"),
        Evidence(
            closed, _("到课 %(n)s 人，已结束登记", n=here) if closed else _("签到 %(n)s 人，讲课结束后定下", n=here), "people"
        ),
    ]
    if finished is not None:
        waiting = _("考核还没有人交卷") if closed else _("考核讲课结束后开放")
        listed.append(Evidence(finished > 0, _("考核交卷 %(n)s 人", n=finished) if finished else waiting, "quiz"))
    none = _("证书合格后自动发")
    if no_hours:
        none = _("合格 %(n)s 人，0 学时，不发证书", n=no_hours)
    elif too_short:
        none = _("实际时间算下来是 0 学时，不发证书") if closed else _("计划的时间算下来是 0 学时，不发证书")
    listed.append(Evidence(certificates > 0, _("证书 %(n)s 张", n=certificates) if certificates else none, "certificates"))
    return listed


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an enterprise's file (一企一档): how much of it is there, of how much. place: as in Evidence: charge, roster,
    themes, quiz, certificates or hours.
    """

    have: int
    of: int
    place: str

    @property
    def short(self) -> int:
        return max(self.of - self.have, 0)

    @property
    def over(self) -> int:
        return max(self.have - self.of, 0)


def parts(
    *,
    head: bool,
    officer: bool,
    people: int,
    declared: int | None,
    themes: tuple[int, int],
    last: tuple[int, int, int] | None,
    hours: tuple[int, int],
) -> list[Part]:
    """What the file of an enterprise has of what belongs into it; what nothing is known of, or asked, is left out.

    head, officer: whether they are known. declared: employees as declared. themes: covered by now, and of how many that are due.
    last: of the latest lecture that was held: passed, expected, certificates. hours: people who have the hours asked of
    them, and of how many.
    """
    found = [Part(head + officer, 2, "charge")]
    if declared:
        found.append(Part(people, declared, "roster"))
    if themes[1]:
        found.append(Part(*themes, "themes"))
    if last:
        passed, expected, certificates = last
        found += [Part(passed, expected, "quiz"), Part(min(certificates, passed), passed, "certificates")]
    if hours[1]:
        found.append(Part(*hours, "hours"))
    return [part for part in found if part.of]
