"""XML from outside, read so that it can do nothing but be read."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from flask_babel import lazy_gettext as _l

from lms.core.tables import FileDamaged

MOST_DEEP = 100  # elements within elements; real ones hold a dozen


class XmlBroken(FileDamaged):
    sentence = _l("%(file)sXML 在第 %(line)s 行第 %(column)s 列写错了，读不下去。请从原来的系统重新导出。")


class XmlUnsafe(FileDamaged):
    sentence = _l("%(file)sXML 里有 DOCTYPE 或实体声明。为安全起见整份没有读，请去掉这些声明再导入。")


class XmlDeep(FileDamaged):
    sentence = _l("%(file)sXML 层层嵌套，不是任何系统导出的样子，没有读。请从原来的系统重新导出。")


def parse_xml(content: bytes, file: str = "") -> Element:
    """The root element. file: its name, where it is one of several.

    Raises XmlBroken with the place, XmlUnsafe for any DOCTYPE: no entity is ever unfolded and nothing outside is read; XmlDeep.
    """
    name = f"{file}：" if file else ""
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except ParseError as error:
        line, column = error.position
        raise XmlBroken(file=name, line=line, column=column + 1) from error
    except DefusedXmlException as error:
        raise XmlUnsafe(file=name) from error
    except (ValueError, LookupError) as error:  # an encoding that is not what the document says, or that nobody knows
        raise XmlBroken(file=name, line=1, column=1) from error
    level, deep = [root], 0
    while level:
        level, deep = [part for element in level for part in element], deep + 1
        if deep > MOST_DEEP:
            raise XmlDeep(file=name)
    return root
