"""QTI 2.1, 2.2 and 3.0 packages. Source: 1EdTech, "QTI Assessment, Section and Item Information Model" 2.2 and 3.0.

QTI 3 names everything anew in kebab-case ("qti-choice-interaction"); both are read as one by dropping prefix, hyphens and case.
"""

from __future__ import annotations

import hashlib
import posixpath
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.core.tables import TableFault, TooManyRows
from lms.core.tables.limits import MAX_ROWS
from lms.core.tables.package import Package, open_zip
from lms.quizzes.rules.body import LETTERS
from lms.quizzes.rules.importing.interactions import Interaction, name_of, parts_of, text_around
from lms.quizzes.rules.importing.question import Draft
from lms.quizzes.rules.importing.tags import NAMES, read_tags, unread, unseen
from lms.quizzes.rules.importing.xml import XmlBroken, XmlDeep, XmlUnsafe, parse_xml
from lms.quizzes.rules.pictures import NotAPicture, fit
from lms.quizzes.rules.places import Picture
from lms.registry.rules.names import visible

MANIFEST = "imsmanifest.xml"
MOST_MEMBERS = 2 * MAX_ROWS + 100  # an item each, a picture each
PICTURED = ("img", "object", "audio", "video")
ITEM = ("imsqti_item", "imsqti_assessmentitem")


class UnsafePath(TableFault):
    code = "UNSAFE_PATH"
    sentence = _l("压缩包里有一个文件的路径指到了包外：%(path)s。整份没有读，请从原来的系统重新导出。")


def open_qti(content: bytes) -> Package | None:
    """A zip with a manifest, checked; None for any other zip. Raises TableFault for one that cannot be read, UnsafePath."""
    package = open_zip(content, most=MOST_MEMBERS)
    for member in package.members.values():
        refuse_outside(member.filename)
    return package if MANIFEST in package.members else None


def refuse_outside(path: str) -> None:
    """Raises UnsafePath for a path that would leave the package."""
    plain = unquote(path).replace("\\", "/")
    if plain.startswith("/") or ":" in plain.split("/")[0] or ".." in plain.split("/"):
        raise UnsafePath(path=visible(path)[:100])


def read_qti(package: Package) -> tuple[list[Draft], dict[str, bytes]]:
    """The drafts, and the pictures they need by their hash. Draft.row counts the items from 1.

    An item that cannot be read is a draft with the reason. Raises TableFault for the package as a whole, UnsafePath, TooManyRows.
    """
    manifest = parse_xml(package.part(MANIFEST), MANIFEST)
    drafts: list[Draft] = []
    pictures: dict[str, bytes] = {}
    for resource in manifest.iter():
        if name_of(resource.tag) != "resource" or not resource.get("type", "").lower().startswith(ITEM):
            continue
        if len(drafts) == MAX_ROWS:
            raise TooManyRows(rows=MAX_ROWS)
        drafts.append(_item(len(drafts) + 1, package, resource, pictures))
    return drafts, pictures


def _item(row: int, package: Package, resource: Element, pictures: dict[str, bytes]) -> Draft:
    path = resource.get("href", "")
    refuse_outside(path)
    texts = {"place": path}
    if path.lower() not in package.members:
        return Draft(row, texts | {"stem": path}, unread=_("压缩包里没有这个文件：%(path)s", path=path))
    try:
        item = parse_xml(package.part(path.lower()), path)
    except (XmlBroken, XmlDeep, XmlUnsafe) as fault:
        return Draft(row, texts | {"stem": path}, unread=str(fault))
    texts |= _metadata(resource, item)
    body = next((part for part in item.iter() if name_of(part.tag) == "itembody"), None)
    if body is None:
        return Draft(row, texts | {"stem": path}, unread=_("这个文件里没有题目"))
    texts["stem"] = text_around(body) or visible(item.get("title", ""))
    found = [Interaction(part, item) for part in body.iter() if name_of(part.tag).endswith("interaction")]
    kinds = {interaction.name for interaction in found}
    if len(kinds) != 1 or (len(found) > 1 and kinds != {"textentryinteraction"}):
        return Draft(row, texts, unread=unread(" + ".join(sorted(kinds)) or "0 interactions"))
    if kinds != {"selectpointinteraction"} and any(name_of(part.tag) in PICTURED for part in body.iter()):
        return Draft(row, texts, unread=unseen())
    try:
        asked = parts_of(found, body, lambda image: _picture(package, path, image, pictures))
    except KeyError as stray:
        return Draft(row, texts, unread=_("答案指向一个不存在的选项：%(name)s", name=visible(str(stray.args[0]))[:60]))
    except (NotAPicture, UnicodeError, ValueError):
        return Draft(row, texts, unread=_("图片缺失、读不出来，或者位置写得不对"))
    if isinstance(asked, str):
        return Draft(row, texts, unread=asked)
    shown = {letter: text for letter, text in asked.options.items() if letter in LETTERS}
    return Draft(row, texts | {"kind": asked.kind, "answer": "、".join(asked.answer)} | shown, body=asked)


def _metadata(resource: Element, item: Element) -> dict[str, str]:
    """Topic, law, difficulty from the keywords of the manifest; points and explanation from the item."""
    told = read_tags(_keyword(part) for part in resource.iter() if name_of(part.tag) in ("string", "langstring"))
    for part in item.iter():
        if name_of(part.tag) == "modalfeedback" and not told.get("explanation"):
            told["explanation"] = text_around(part)
        if name_of(part.tag) == "outcomedeclaration" and part.get("identifier") == "MAXSCORE":
            told["points"] = text_around(part)
    return told


def _keyword(part: Element) -> str:
    """A keyword; translations keep their lines, which the text of a page has not."""
    text = "".join(part.itertext()).strip()
    return text if text.startswith(f"{NAMES['translations']}：") else text_around(part)


def _picture(package: Package, item: str, image: Element, pictures: dict[str, bytes]) -> Picture:
    address = unquote(image.get("data") or image.get("src") or "")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(item), address))
    refuse_outside(path)
    if path.lower() not in package.members:
        raise NotAPicture
    content, width, height = fit(package.part(path.lower()))
    sha256 = hashlib.sha256(content).hexdigest()
    pictures[sha256] = content
    return Picture(sha256, width, height, visible(image.get("alt") or " ".join(image.itertext())))
