"""Words of the quiz pages that rules and printed papers have in Chinese alone."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

LANGUAGES = {
    "ug": _l("维吾尔语"), "bo": _l("藏语"), "mn": _l("蒙古语"), "kk": _l("哈萨克语"), "ko": _l("朝鲜语"), "ii": _l("彝语"),
    "za": _l("壮语"), "en": _l("英语"), "vi": _l("越南语"), "my": _l("缅甸语"), "lo": _l("老挝语"), "th": _l("泰语"),
    "ne": _l("尼泊尔语"), "ru": _l("俄语"),
}  # fmt: skip
# What somebody types off a paper, by the kind of its question.
HOW = {
    "single": _l("写一个字母"), "multiple": _l("写全部正确的字母"), "judge": _l("写 √ 或 ×"),
    "fill": _l("填写，几空之间用分号"), "order": _l("按先后写字母"), "match": _l("依次写每项对应的字母"),
    "picture": _l("写格子，如 B3"), "text": _l("在下面写"),
}  # fmt: skip
