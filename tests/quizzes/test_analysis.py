"""What a quiz says about its questions: right where it says something, silent where it would say too much."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from pathlib import Path
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

import lms
from lms.access.actor import Actor
from lms.core.uow import unit_of_work
from lms.lectures.events import QuizPlan
from lms.lectures.models import Lecture
from lms.quizzes import queries, rules, service
from lms.quizzes.models import ON_PAPER, Attempt, Question
from lms.quizzes.rules import ENOUGH, FEW, Response
from lms.quizzes.rules.analysis import discrimination
from lms.quizzes.service.sharing import parsed
from tests.credentials.scenes import add_people
from tests.lectures.builders import make_lecture
from tests.quizzes.scenes import TOPIC, answer_all, open_quiz, right_choice

STYLE = Path(lms.__file__).parent / "static" / "css" / "anke.css"
USED = r'data-label="用时">([^<]+)<'
shares = st.fractions(0, 1, max_denominator=4)
answered = st.builds(Response, shares, shares, st.sampled_from([("A",), ("B",), ("C",), ()]), st.floats(0, 600) | st.none())


@given(st.lists(answered, max_size=FEW - 1))
def test_of_fewer_than_twenty_there_are_counts_and_nothing_else(responses):
    item = rules.item_of(responses, ["A"])

    assert (item.facility, item.discrimination, item.suspect, item.seconds) == (None, None, "", None)
    assert item.asked == len(responses)
    assert item.right == sum(one.share == 1 for one in responses)


@given(st.lists(answered, min_size=FEW, max_size=50))
def test_what_is_told_is_within_its_bounds_and_names_no_right_option(responses):
    item = rules.item_of(responses, ["A"])

    assert item.facility is not None and min(r.share for r in responses) <= item.facility <= max(r.share for r in responses)
    assert item.discrimination is None or (len(responses) >= ENOUGH and -1 <= item.discrimination <= 1)
    assert "A" not in dict(item.wrong)
    assert sum(dict(item.wrong).values()) == sum(r.chosen in (("B",), ("C",)) for r in responses)


@given(st.integers(FEW, 60), st.data())
def test_a_key_is_suspect_when_more_than_six_in_ten_chose_the_same_wrong_option(asked, data):
    wrong = data.draw(st.integers(0, asked))
    responses = [Response(Fraction(0), None, ("B",))] * wrong + [Response(Fraction(1), None, ("A",))] * (asked - wrong)

    assert rules.item_of(responses, ["A"]).suspect == ("B" if wrong * 10 > asked * 6 else "")


@given(st.lists(shares, min_size=ENOUGH, max_size=40))
def test_a_question_that_goes_with_the_rest_discriminates_and_one_against_it_is_below_zero(rests):
    along = discrimination([Response(rest, rest, ()) for rest in rests])
    against = discrimination([Response(1 - rest, rest, ()) for rest in rests])

    if len(set(rests)) == 1:
        assert along is against is None
    else:
        assert along is not None and abs(along - 1) < 1e-9
        assert against is not None and abs(against + 1) < 1e-9


def test_the_rest_of_a_paper_leaves_out_the_question_itself():
    assert rules.rests([Fraction(1), Fraction(0), Fraction(1)]) == [Fraction(1, 2), Fraction(1), Fraction(1, 2)]
    assert rules.rests([Fraction(1)]) == [None]


def test_a_wrong_option_that_most_chose_is_shown_in_words_to_check_the_key(world, client_as):
    with unit_of_work(Actor.system("test"), "system") as uow:
        add_people(uow, world.here, 25)
        quiz = open_quiz(uow, world.here, QuizPlan((TOPIC,), 1, 60), bank=1)
        for at, person_id in enumerate(world.here.person_ids):
            attempt = service.start(uow, quiz, person_id)
            (asked,) = attempt.paper
            letter = "ABC"[asked["options"].index("B" if at < 20 else "A")]
            service.answer(uow, attempt, UUID(asked["version"]), [letter], 1)
            service.submit(uow, attempt)

    page = client_as(world.here.trainer).get(f"/lectures/{quiz.lecture_id}/quiz/analysis").get_data(as_text=True)

    suspects = page.partition("超过六成的人选了同一个错误选项")[2].partition("</section>")[0]
    assert f"{TOPIC}第 1 题" in suspects and "错的1" in suspects

    for how in (queries.KEY, queries.VOID):  # the key was wrong, says the trainer; then, that the question was no good at all
        with unit_of_work(Actor.system("test"), "system") as uow:
            question = uow.session.scalars(select(Question).where(Question.topic == TOPIC)).one()
            if how == queries.KEY:
                newest = question.versions[-1]
                service.reword(uow, question, replace(parsed(TOPIC, newest), body=replace(newest.body, answer=("B",))))
            own = world.here.enterprise_id
            seen = queries.foresee(uow, question, how, own).digest
            service.regrade(uow, question, how, own, reason="答案录错了", seen=seen)
            (line,) = queries.analysis_of(uow, uow.session.merge(quiz)).items
        right = {"key": 20, "void": len(world.here.person_ids)}[how]
        assert (line.item.right, line.suspect) == (right, "") and "错的1" not in str(line.wrong)


def test_the_time_for_a_question_is_from_tap_to_tap_of_twenty_people_and_no_time_of_papers(world, client_as, at):
    """Twenty who tap every seven seconds: seven seconds for each question. Keyed in from paper, the same answers tell no time."""
    with unit_of_work(Actor.system("test"), "system") as uow:
        add_people(uow, world.here, 15)
        quiz = open_quiz(uow, world.here, QuizPlan((TOPIC,), 2, 60), bank=2)
        attempts = [service.start(uow, quiz, person_id) for person_id in world.here.person_ids]
    for place in (0, 1):
        at(seconds=7 * (place + 1))
        with unit_of_work(Actor.system("test"), "system") as uow:
            for attempt in attempts:
                version_id, letter = right_choice(uow, attempt, place)
                service.answer(uow, attempt, version_id, [letter], place + 1)
    with unit_of_work(Actor.system("test"), "system") as uow:
        for attempt in attempts:
            service.submit(uow, uow.session.get_one(Attempt, attempt.id))
    address, trainer = f"/lectures/{quiz.lecture_id}/quiz/analysis", client_as(world.here.trainer)

    page = trainer.get(address).get_data(as_text=True)
    with unit_of_work(Actor.system("test"), "system") as uow:
        uow.session.execute(update(Attempt).values(submitted_how=ON_PAPER))
    on_paper = trainer.get(address).get_data(as_text=True)

    assert re.findall(USED, page) == ["7 秒", "7 秒"] and re.findall(USED, on_paper) == ["–", "–"]


def test_the_trainer_sees_what_was_not_understood_and_plans_the_next_lecture_on_it(world, client_as, office):
    """Thirty people got one of four right: the topic is worth another lecture, and the plan is filled in."""
    with unit_of_work(Actor.system("test"), "system") as uow:
        add_people(uow, world.here, 25)
        quiz = open_quiz(uow, world.here, QuizPlan((TOPIC,), 4, 60), bank=4)
        for person_id in world.here.person_ids:
            attempt = service.start(uow, quiz, person_id)
            answer_all(uow, attempt, right=1)
            service.submit(uow, attempt)
        found = queries.analysis_of(uow, quiz)

    assert (found.people, found.again, found.topics[0].people, found.topics[0].got) == (30, (TOPIC,), 30, Fraction(1, 4))
    assert sum(line.item.right for line in found.items) == 30
    trainer = client_as(world.here.trainer)
    page = trainer.get(f"/lectures/{quiz.lecture_id}/quiz/analysis").get_data(as_text=True)
    assert "值得再讲" in page and "25%" in page
    charts = re.findall(r'<svg class="share-bar".*?width="([\d.]+)" height="8"/></svg>\s*<b>(\d+)%</b>', page)
    assert charts and all(round(float(width)) == int(percent) for width, percent in charts), "drawn, so that it is on paper too"
    printed_charts_without_buttons(office.new_page(), page, len(charts))
    link = page.partition('href="/lectures/new?')[2].partition('"')[0]
    plan = trainer.get(f"/lectures/new?{link}").get_data(as_text=True)
    assert f"再讲一次：{TOPIC}" in plan

    with unit_of_work(Actor.system("test"), "system") as uow:
        sitting = uow.session.get_one(Lecture, quiz.lecture_id).sitting
        sitting.started_at, sitting.ended_at = uow.now - timedelta(minutes=45), uow.now
        coming = make_lecture(uow, world.here).id
    before = client_as(world.here.head).get(f"/lectures/{coming}").get_data(as_text=True)
    told = before.partition('id="teaching"')[2].partition("</section>")[0]
    assert "上次没听懂的" in told and TOPIC in told and f"/lectures/{quiz.lecture_id}" in told
    assert len(set(re.findall(rf"{TOPIC}第 \d 题", told))) == 3 and "/ 30 人答错" in told


def printed_charts_without_buttons(page: Page, html: str, charts: int) -> None:
    """On paper every chart is to be seen, in its colour, and no button or file to fetch."""
    page.set_content(html.replace("</head>", f"<style>{STYLE.read_text()}</style></head>"), wait_until="domcontentloaded")
    button = page.get_by_role("link", name="按这些内容排下一课")
    expect(button).to_be_visible()

    page.emulate_media(media="print")

    drawn = page.locator("svg.share-bar:visible")
    expect(drawn).to_have_count(charts)
    assert set(drawn.evaluate_all("all => all.map(one => getComputedStyle(one).printColorAdjust)")) == {"exact"}
    assert all(drawn.evaluate_all("all => all.map(one => one.getBoundingClientRect().width > 0)"))
    expect(button).to_be_hidden()
    expect(page.locator("main button:visible, main .btn:visible, main .exports:visible")).to_have_count(0)
