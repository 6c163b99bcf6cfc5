"""A bulletin from its draft to its signatures: freeze, write, tell who is named, hear them; and correct what is out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from flask_babel import lazy_gettext as _l

from lms.access.actor import Actor
from lms.access.models import Role
from lms.campaigns.models import Campaign
from lms.compliance.bulletins import calling, places, queries
from lms.compliance.bulletins.models import Bulletin, BulletinMention, BulletinPlace, BulletinState
from lms.compliance.bulletins.rules import NAMING, SECTIONS, Frozen, first_words, listed, paper, places_named, unheard
from lms.core import clock
from lms.core.errors import Conflict, Invalid
from lms.core.jobs import enqueue
from lms.core.uow import UnitOfWork
from lms.core.workdays import after_working_days, unarranged
from lms.notices.queries import readers
from lms.notices.rules import quiet
from lms.notices.service import take_out, tell, withdraw
from lms.registry.models import Jurisdiction

REPLY_DAYS = 3  # working days
KEPT = (  # of a mention whose words are those of the version before: it is not heard again
    "told", "told_at", "called_note", "called_by", "called_at", "agreed", "reply", "replied_by", "replied_at",
    "answer", "struck", "decided_by", "decided_at",
)  # fmt: skip
NAMED, REPLIED, SIGNED = "bulletin.named", "bulletin.replied", "bulletin.signed"
SAID = {
    "overdue": "逾期没开讲",
    "not_head": "讲课人不符",
    "too_short": "时长不够",
    "doubtful": "记录存疑",
    "praised": "表扬",
}


class NotNow(Conflict):
    code = "bulletin-not-now"
    sentence = _l("这一期通报已经不在这一步了，请刷新后再看。")


class TooSoon(Invalid):
    code = "bulletin-reply-too-soon"
    sentence = _l("答复期限至少 3 个工作日，最早 %(day)s。%(hint)s")


class Unheard(Invalid):
    code = "bulletin-unheard"
    sentence = _l("文字里写到了%(names)s，但没有征求它的意见。请从文字里删去；要写到它，先把它列名。")


class RepliedAlready(Conflict):
    code = "bulletin-replied-already"
    sentence = _l("本单位已经答复过，答复原样附在通报里。")


def begin(uow: UnitOfWork, bureau: Jurisdiction, campaign: Campaign, area: Jurisdiction, day: date) -> Bulletin:
    """A new bulletin; its data are gathered by a job. day: not after today."""
    actor: Actor = uow.actor
    made = Bulletin(
        jurisdiction_id=bureau.id, area_id=area.id, campaign_id=campaign.id, day=_within(uow, campaign, day),
        lists=[name for name in NAMING if name != "doubtful"], words={}, praised=[],
        created_by=actor.name, created_by_id=actor.user_id, created_at=uow.now, changed_at=uow.now,
    )  # fmt: skip
    uow.session.add(made)
    uow.session.flush()
    uow.after_commit(lambda: enqueue("gather_bulletins"))
    return made


def gather_again(uow: UnitOfWork, bulletin: Bulletin, day: date) -> None:
    """Freeze anew, while nobody was told of it. Raises NotNow."""
    lock(uow, bulletin, BulletinState.DRAFT)
    bulletin.state, bulletin.day, bulletin.fault, bulletin.changed_at = (
        BulletinState.GATHERING,
        _within(uow, bulletin.campaign, day),
        None,
        uow.now,
    )
    uow.after_commit(lambda: enqueue("gather_bulletins"))


def froze(uow: UnitOfWork, bulletin_id: UUID, frozen: Frozen | None, sha256: str | None, fault: str | None = None) -> None:
    """The data were gathered and kept, or that went wrong. Gathered twice at once, the first one stands."""
    bulletin = uow.session.get_one(Bulletin, bulletin_id, with_for_update=True)
    if bulletin.state is not BulletinState.GATHERING:
        return
    bulletin.state, bulletin.fault, bulletin.changed_at = BulletinState.DRAFT, fault, uow.now
    if frozen and sha256:
        bulletin.data_sha256, bulletin.as_of, bulletin.bureau = sha256, frozen.as_of, frozen.bureau
        bulletin.praised = _praised(frozen, bulletin.praised)


def write(uow: UnitOfWork, bulletin: Bulletin, frozen: Frozen, words: Mapping[str, str]) -> None:
    """Change the words. What is left as it was made from the data goes on following them. Once enterprises were told, the words
    name nobody else: who is named is heard. Raises NotNow, Unheard.
    """
    lock(uow, bulletin, BulletinState.DRAFT, BulletinState.REPLYING)
    made = first_words(frozen)
    if bulletin.state is BulletinState.DRAFT:
        bulletin.words = {name: words[name] for name in SECTIONS if name in words and words[name] != made[name]}
    else:
        changed = {**bulletin.words, **{name: words[name] for name in SECTIONS if name in words}}
        heard = [str(one.enterprise_id) for one in queries.mentions_of(uow, bulletin)]
        _name_only(frozen, changed, heard, [one.name for one in queries.places_of(uow, bulletin)])
        bulletin.words = changed
    bulletin.changed_at = uow.now


def _name_only(frozen: Frozen, words: Mapping[str, str], heard: Collection[str], places: Collection[str] | None = None) -> None:
    """heard: ids of enterprises; places: by name, None while every place that is named is still going to be told."""
    names = unheard(frozen, words, heard)
    if places is not None:
        names += [name for _code, name in places_named(frozen, words) if name not in places]
    if names:
        raise Unheard(names="、".join(f"「{name}」" for name in names))


def name(uow: UnitOfWork, bulletin: Bulletin, frozen: Frozen, lists: Collection[str], praised: Sequence[str]) -> None:
    """Choose which lists are printed with names, and whom to praise, of those that have completed. Raises NotNow."""
    lock(uow, bulletin, BulletinState.DRAFT)
    bulletin.lists = [one for one in NAMING if one in lists]
    bulletin.praised = _praised(frozen, praised)
    bulletin.changed_at = uow.now


def _praised(frozen: Frozen, chosen: Sequence[str]) -> list[str]:
    """Those of the chosen that have completed by these data: a former version, or former data, may have let others through."""
    done = {firm.id for firm in listed(frozen, "completed")}
    return [one for one in dict.fromkeys(chosen) if one in done]


def first_reply_day(today: date) -> date:
    """The first day on which replies may end."""
    return after_working_days(today, REPLY_DAYS)


def send(uow: UnitOfWork, bulletin: Bulletin, frozen: Frozen, reply_by: date, words: Mapping[str, str] | None = None) -> int:
    """Ask those who are named, enterprises and places, for their reply; how many are to be told. Words and names are fixed from
    here on, but for what comes of the replies. Who was named in the version before in the same words is not asked again. words:
    as write has them, what was typed and not saved before.

    Raises NotNow, TooSoon, Unheard.
    """
    if words:
        write(uow, bulletin, frozen, words)
        uow.session.flush()  # the row is read anew below
    lock(uow, bulletin, BulletinState.DRAFT)
    if bulletin.data_sha256 is None:
        raise NotNow
    bulletin.praised = _praised(frozen, bulletin.praised)
    setting = queries.setting_of(uow, bulletin, frozen)
    printed = paper(frozen, setting)
    said: dict[str, dict[str, str]] = {}
    for part in (printed.praised, *printed.lists):
        for firm, text in part.rows:
            said.setdefault(firm.id, {})[part.name] = text
    _name_only(frozen, setting.words, said)
    before = {str(one.enterprise_id): one for one in _mentions_before(uow, bulletin)}
    fresh = 0
    for firm_id, texts in said.items():
        mention = BulletinMention(enterprise_id=UUID(firm_id), bulletin_id=bulletin.id, said=texts, agreed=False)
        old = before.get(firm_id)
        if old and old.said == texts and old.told is not None:
            for kept in KEPT:
                setattr(mention, kept, getattr(old, kept))
        else:
            fresh += 1
        uow.session.add(mention)
    previous = queries.previous_of(uow, bulletin)
    before_places = queries.places_of(uow, previous) if previous else []
    fresh += places.hear(uow, bulletin, frozen, setting.words, before_places, reply_by)
    if fresh and reply_by < first_reply_day(uow.today):
        first = first_reply_day(uow.today)
        raise TooSoon(day=first, hint=unarranged(first))
    bulletin.state, bulletin.words = BulletinState.REPLYING, dict(setting.words)
    bulletin.sent_at, bulletin.reply_by, bulletin.changed_at = uow.now, reply_by if fresh else None, uow.now
    uow.session.flush()
    uow.after_commit(lambda: enqueue("tell_named_firms"))
    return fresh


def tell_named(uow: UnitOfWork, bulletin: Bulletin, mentions: Sequence[BulletinMention]) -> None:
    """Tell trainers and heads of these enterprises what is going to be said of them, what came of that once it is out, that a
    later version names them no more, or that nothing is published.
    """
    staff = readers(uow, [one.enterprise_id for one in mentions], Role.TRAINER, Role.HEAD)
    asked = bulletin.state is BulletinState.REPLYING
    title = f"{bulletin.issuer}通报：{bulletin.campaign.title}"
    latest = queries.latest_of(uow, bulletin)
    for one in mentions:
        head, body = _told(uow, bulletin, latest, one)
        to, number = staff.get(one.enterprise_id), 0
        if to:
            number = tell(
                uow, one.enterprise_id, to.person_ids, user_ids=to.user_ids, kind=NAMED if asked else queries.OUT,
                about_id=bulletin.id, title=f"{head}：{title}", body=body, urgent=not quiet(uow.now),
                link=f"/bulletins/{bulletin.id}",
            )  # fmt: skip
        if asked:
            one.told, one.told_at = number, uow.now
        else:
            one.final_at = uow.now


def _told(uow: UnitOfWork, bulletin: Bulletin, latest: Bulletin, mention: BulletinMention) -> tuple[str, str]:
    """How a message to an enterprise begins, and what it says. latest: the version of the issue that holds."""
    what = "；".join(f"{SAID[name]}（{text}）" for name, text in mention.said.items())
    if bulletin.state is BulletinState.VOID:
        return "不发了", f"这份通报作废了，没有发布；征求过意见的内容：{what}。"
    if bulletin.state is not BulletinState.PUBLISHED:
        return "请核对", f"拟写到本单位：{what}。请在 {_last_day(uow, bulletin)} 前核对，答复会附在通报里。"
    if mention.struck:
        return "没有列名", f"通报已发布，核实后没有写到本单位：{mention.struck}"
    if latest is not bulletin:
        return "更正", f"通报出了第 {latest.version} 版，不再写到本单位。以前写的是：{what}。更正说明：{latest.correction}"
    return "已发布", f"通报已发布，写到本单位：{what}"


def _last_day(uow: UnitOfWork, bulletin: Bulletin) -> date | None:
    """By when an enterprise that is told now may answer."""
    return bulletin.reply_by and max(bulletin.reply_by, first_reply_day(uow.today))


def reply(uow: UnitOfWork, mention: BulletinMention, text: str) -> None:
    """The enterprise says that it is right (no text), or what it has to say. Raises RepliedAlready, NotNow once it is void.

    It waits for who is just signing: what is said then comes after, and is in the next version if in any.
    """
    bulletin = uow.session.get_one(Bulletin, mention.bulletin_id, populate_existing=True, with_for_update={"key_share": True})
    if bulletin.state is BulletinState.VOID:
        raise NotNow
    _hear(uow, bulletin, mention, text)
    if bulletin.published_at and bulletin.published_at >= uow.now:
        mention.replied_at = bulletin.published_at + timedelta(microseconds=1)


def reply_of_place(uow: UnitOfWork, place: BulletinPlace, text: str) -> None:
    """The same of a place the words name. Raises RepliedAlready, or NotNow once it is out or void."""
    lock(uow, place.bulletin, BulletinState.REPLYING)
    _hear(uow, place.bulletin, place, text)


def _hear(uow: UnitOfWork, bulletin: Bulletin, named: BulletinMention | BulletinPlace, text: str) -> None:
    uow.session.refresh(named, ["agreed", "reply"], with_for_update=True)
    if named.agreed or named.reply:
        raise RepliedAlready
    named.reply, named.agreed, named.replied_by, named.replied_at = text or None, not text, uow.actor.name, uow.now
    if text and bulletin.created_by_id:
        tell(
            uow, None, (), user_ids=[bulletin.created_by_id], kind=REPLIED, about_id=bulletin.id,
            title=f"{named.name}对通报有说明", body=text, link=f"/bulletins/{bulletin.id}#replies",
        )  # fmt: skip


def decide(uow: UnitOfWork, bulletin: Bulletin, mention: BulletinMention, answer: str, struck: str) -> None:
    """Answer a reply; struck: why the enterprise is not named after all, "" to name it. Raises NotNow."""
    lock(uow, bulletin, BulletinState.REPLYING)
    actor: Actor = uow.actor
    mention.answer, mention.struck = answer or None, struck or None
    mention.decided_by, mention.decided_at, bulletin.changed_at = actor.name, uow.now, uow.now


def call(uow: UnitOfWork, bulletin: Bulletin, enterprise_ids: Collection[UUID], text: str) -> int:
    """Note a call to named enterprises, or places, that no message reaches; how many. Raises NotNow, NobodyToCall."""
    lock(uow, bulletin, BulletinState.REPLYING)
    bulletin.changed_at = uow.now
    return calling.note_call(uow, calling.everybody(uow, bulletin), enterprise_ids, text)


def answer_by(bulletin: Bulletin, mention: calling.Named) -> date | None:
    """The last day on which an enterprise is waited for: that of all, and never fewer than REPLY_DAYS working days after it
    was told or called itself. None: nobody is waited for.
    """
    told_at = mention.called_at or mention.told_at
    if bulletin.reply_by is None or told_at is None:
        return bulletin.reply_by
    return max(bulletin.reply_by, first_reply_day(clock.local_date(told_at)))


def waits_until(bulletin: Bulletin, mentions: Sequence[calling.Named]) -> date | None:
    """The last day for those that have not replied and are still to be named; None when there is nobody to wait for."""
    silent = [one for one in mentions if one.reply is None and not one.agreed and not one.struck]
    return max((day for one in silent if (day := answer_by(bulletin, one))), default=None)


def waits_for(uow: UnitOfWork, bulletin: Bulletin, mentions: Sequence[calling.Named]) -> bool:
    """Whether somebody may still reply before it can be signed."""
    last = waits_until(bulletin, mentions)
    return any(one.told is None for one in mentions) or (last is not None and uow.today <= last)


def correct(uow: UnitOfWork, bulletin: Bulletin, reason: str) -> Bulletin:
    """Begin another version of what was published; the one before stays as it is. Words nobody had changed follow the data
    again, which may be gathered anew. Raises NotNow.
    """
    lock(uow, bulletin, BulletinState.PUBLISHED)
    if queries.next_of(uow, bulletin):
        raise NotNow
    actor, frozen = uow.actor, queries.frozen_of(bulletin)
    made_from = first_words(frozen)
    made = Bulletin(
        jurisdiction_id=bulletin.jurisdiction_id, area_id=bulletin.area_id, campaign_id=bulletin.campaign_id, day=bulletin.day,
        as_of=bulletin.as_of, data_sha256=bulletin.data_sha256, bureau=bulletin.bureau,
        words={name: text for name, text in bulletin.words.items() if text != made_from.get(name)}, lists=list(bulletin.lists),
        praised=_praised(frozen, bulletin.praised), version=bulletin.version + 1, replaces_id=bulletin.id, correction=reason,
        state=BulletinState.DRAFT, created_by=actor.name, created_by_id=actor.user_id, created_at=uow.now, changed_at=uow.now,
    )  # fmt: skip
    uow.session.add(made)
    uow.session.flush()
    return made


def throw_away(uow: UnitOfWork, bulletin: Bulletin) -> None:
    """Void a draft; messages that have not left are taken back, nobody is asked to sign it, and whoever was told what it was
    going to say is told that it says nothing. Raises NotNow.
    """
    lock(uow, bulletin, BulletinState.GATHERING, BulletinState.DRAFT, BulletinState.REPLYING)
    bulletin.state, bulletin.changed_at = BulletinState.VOID, uow.now
    withdraw(uow, bulletin.id, (NAMED,))
    places.take_back(uow, bulletin)
    take_out(uow, bulletin.id, (SIGNED,))
    uow.after_commit(lambda: enqueue("tell_named_firms"))


def _within(uow: UnitOfWork, campaign: Campaign, day: date) -> date:
    """A day that can be counted: from the start of the campaign until today."""
    return min(max(day, campaign.starts_on), uow.today)


def lock(uow: UnitOfWork, bulletin: Bulletin, *states: BulletinState) -> None:
    """Hold the row and look again: of two officers pressing at once the second sees what the first one did. Raises NotNow."""
    uow.session.refresh(bulletin, with_for_update={"key_share": True})
    if bulletin.state not in states:
        raise NotNow


def _mentions_before(uow: UnitOfWork, bulletin: Bulletin) -> list[BulletinMention]:
    before = queries.previous_of(uow, bulletin)
    return queries.mentions_of(uow, before) if before else []
