"""What each signal says, and what may be behind it when nothing is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from lms.compliance.signals.rules.signal import Figure, Signal


@dataclass(frozen=True, slots=True)
class Words:
    """title: what it is called. sentence: filled with its facts. honest: causes in which nothing is wrong."""

    title: LazyString
    sentence: LazyString
    honest: LazyString


WORDS: dict[str, Words] = {
    "few_devices": Words(
        _l("多人用少数手机签到"),
        _l("%(people)s 人的签到来自 %(devices)s 部手机，最多的一部签了 %(most_on_one)s 人"),
        _l("同事手机没电，借用一下；有人没有智能手机，但花名册没有登记。"),
    ),
    "few_quiz_devices": Words(
        _l("多人用少数设备答题"),
        _l("%(people)s 份答卷来自 %(devices)s 部设备，其中 %(at_once)s 份是在前一人没交卷时开始的"),
        _l("培训室有公用平板或电脑，轮流答题。"),
    ),
    "burst": Words(
        _l("签到快得不可能"),
        _l("%(seconds)s 秒内 %(people)s 人签到，用了 %(devices)s 部设备"),
        _l("设备的时钟不准，离线签到的时间被记成了同一刻。"),
    ),
    "one_step": Words(
        _l("集中在同一个二维码"),
        _l("%(of)s 人扫码签到，其中 %(people)s 人扫的是同一个 15 秒的二维码"),
        _l("人少，讲课人等大家都拿出手机才打开二维码。"),
    ),
    "old_code": Words(
        _l("扫了早已换掉的二维码"),
        _l("%(people)s 次签到扫的二维码已经换掉，最久的晚了 %(seconds)s 秒"),
        _l("没有网络的手机时钟不准。"),
    ),
    "roster_order": Words(
        _l("按花名册顺序签到"),
        _l("%(people)s 人的签到顺序与花名册有 %(percent)s%% 一致"),
        _l("讲课人按名册点名，叫到一个签一个。"),
    ),
    "more_than_roster": Words(
        _l("到的人比花名册多"),
        _l("到了 %(people)s 人，而单位在册 %(headcount)s 人"),
        _l("新员工还没录入花名册；相关方人员一起听课。"),
    ),
    "not_on_roster": Words(
        _l("签到的人不在花名册"),
        _l("有 %(people)s 人签到，既不在花名册（%(roster)s 人）也没有被邀请"),
        _l("新员工还没录入花名册；相关方人员一起听课。"),
    ),
    "person_twice": Words(
        _l("同一时间在两堂课"),
        _l("有 %(people)s 人同一时间也在另外的课上：%(lectures)s"),
        _l("有人中途换到另一堂课，签退晚了。"),
    ),
    "nobody_absent": Words(
        _l("从来没有人缺席"),
        _l("这家单位 %(lectures)s 堂课共应到 %(asked)s 人次，没有一人缺席"),
        _l("单位人少而稳定，或者请假的人都在事前从名单里去掉了。"),
    ),
    "short": Words(
        _l("比计划短"),
        _l("计划 %(planned)s 分钟，实际 %(minutes)s 分钟"),
        _l("生产上有急事提前结束；讲课人忘了按结束，或者提前按了。"),
    ),
    "short_stay": Words(
        _l("签到不久就签退"),
        _l("%(people)s 人签退，一半的人在场不到 %(minutes)s 分钟，而课讲了 %(lasted)s 分钟"),
        _l("大家以为要签到、签退各扫一次才算签到。"),
    ),
    "outside": Words(
        _l("课外时间签到"),
        _l("%(of)s 人签到，其中 %(people)s 人在课前很久或者课已结束以后"),
        _l("登记的起止时间填错了；签到设备的时钟不准。"),
    ),
    "recorded_before": Words(
        _l("没到时间就有了记录"),
        _l("%(marks)s 条签到的登记早于签到时间，最多早 %(minutes)s 分钟"),
        _l("手机或签到机的时钟快了。"),
    ),
    "not_head": Words(
        _l("讲课人不是主要负责人"),
        _l("登记的讲课人不是当天的主要负责人"),
        _l("主要负责人刚刚变更，名册还没改；有事委托副职讲课。"),
    ),
    "unproven": Words(
        _l("讲课人在场只有自己人说"),
        _l("讲课人在场没有本人手机或监管人员的确认，只有 %(marks)s 条培训管理员的记录"),
        _l("讲课人不会用手机，或者现场没有网络。"),
    ),
    "two_places": Words(
        _l("讲课人同时在两处"),
        _l("讲课人同一时间还在讲另一堂课，重合 %(minutes)s 分钟：%(lectures)s"),
        _l("几家单位合在一起听，一堂课登记了几次；视频授课。"),
    ),
    "same_photo": Words(
        _l("照片在别处用过"),
        _l("%(photos)s 张照片与另一堂课的相同或几乎相同（64 位中差 %(unlike)s 位）：%(lectures)s"),
        _l("传错了照片；同一个会场、固定机位，几次拍得几乎一样。"),
    ),
    "photo_time": Words(
        _l("照片不是当天拍的"),
        _l("%(of)s 张照片里有 %(photos)s 张的拍摄时间离这堂课很远"),
        _l("相机的时钟没有调准。"),
    ),
    "same_deck": Words(
        _l("课件在别处用过"),
        _l("课件文字与另外 %(lectures)s 堂课相同，涉及其他单位 %(firms)s 家"),
        _l("用的是监管部门下发的统一课件；同一份课件给几个班次讲。"),
    ),
    "same_answers": Words(
        _l("错得一样"),
        _l("%(of)s 份答卷里有 %(people)s 份几乎相同，连错的 %(wrong)s 题都选得一样"),
        _l("有一两道题答案设错了，或者表述容易误解。"),
    ),
    "same_scores": Words(
        _l("分数全都一样"),
        _l("%(people)s 人都是 %(score)s 分，错的题却各不相同"),
        _l("没有想到的原因，请问一问。"),
    ),
    "fast_answers": Words(
        _l("答得比读题还快"),
        _l("%(of)s 份答卷里有 %(people)s 份快得来不及读题，相当于每分钟读 %(chars_per_minute)s 字"),
        _l("题目课上刚讲过或者练过，一眼认得出来；纸上答好了再录入。"),
    ),
    "all_full": Words(
        _l("人人满分"),
        _l("%(people)s 人全部满分，共答对 %(answers)s 题，没有一处错"),
        _l("题目容易，或者课上刚讲过。"),
    ),
    "early_certificate": Words(
        _l("证书早于结束"),
        _l("%(people)s 份培训证明在课讲完或交卷之前就签发了，最多早 %(minutes)s 分钟"),
        _l("登记的结束时间填晚了。"),
    ),
    "no_attendance": Words(
        _l("没有签到却有证书"),
        _l("%(people)s 人没有签到记录，却有这堂课的培训证明"),
        _l("签到在补训里，证明记在这堂课上。"),
    ),
    "backfilled": Words(
        _l("事后补录签到"),
        _l("%(of)s 人里有 %(people)s 人是事后补录的，其中 %(before_deadline)s 人在截止日期前后"),
        _l("现场用纸签到，回来才录入；有人忘了签到。"),
    ),
    "made_afterwards": Words(
        _l("课讲完才登记"),
        _l("这堂课在结束 %(hours)s 小时以后才登记"),
        _l("临时开讲，当时没有网络，事后补登。"),
    ),
    "night_edits": Words(
        _l("深夜更正"),
        _l("有 %(edits)s 次更正是在深夜做的，其中 %(without_reason)s 次没有写原因"),
        _l("上夜班的人做的更正。"),
    ),
    "many_edits": Words(
        _l("更正很多"),
        _l("结束以后更正了 %(edits)s 次，而到课只有 %(people)s 人"),
        _l("签到设备出了故障，逐个改正。"),
    ),
}  # fmt: skip


def sentence(signal: Signal) -> str:
    """What happened, with its figures, in the reader's language; in Chinese where nobody reads yet."""
    shown: dict[str, Figure] = {name: _shown(value) for name, value in signal.facts.items()}
    return str(WORDS[signal.code].sentence) % shown


def _shown(value: Figure, most: int = 3) -> Figure:
    if not isinstance(value, list):
        return value
    return str(_l("、")).join(value[:most]) + (f" …（{len(value)}）" if len(value) > most else "")
