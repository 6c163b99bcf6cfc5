"""Plain text out of the markup that learning platforms keep questions in."""

from __future__ import annotations

import re

BLOCK_END = re.compile(r"(?i)<br\s*/?>|</(p|div|li|tr|h\d)>")


def text_of_html(markup: str) -> str:
    """The text a reader would see. Never raises: what cannot be parsed is text already."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    from lxml import etree  # here, not above: every process of the server would hold it, few ever import questions
    from lxml import html as lxml_html

    try:
        root = lxml_html.fragment_fromstring(BLOCK_END.sub(lambda end: end[0] + "\n", markup), create_parent="div")
    except (etree.LxmlError, ValueError, AssertionError):
        return markup.strip()
    return "".join(str(piece) for piece in root.itertext()).strip()
