"""The structure of a page as the reader of a browser sees it: what a screen reader goes by."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from pypdfium2 import PdfDocument, raw


def structure_of(pdf: bytes) -> list[tuple[object, ...]]:
    """Each element of the first page with its depth, kind, alternative text and language; each text beneath it without blanks."""
    with PdfDocument(pdf) as document:
        page = document[0]
        texts = _texts(page)
        tree = raw.FPDF_StructTree_GetForPage(page)
        tops = [raw.FPDF_StructTree_GetChildAtIndex(tree, n) for n in range(raw.FPDF_StructTree_CountChildren(tree))]
        found = [line for top in tops for line in _lines(top, 0, texts)]
        raw.FPDF_StructTree_Close(tree)
        return found


def _lines(element: Any, depth: int, texts: dict[int, str]) -> Iterator[tuple[object, ...]]:
    told = (raw.FPDF_StructElement_GetType, raw.FPDF_StructElement_GetAltText, raw.FPDF_StructElement_GetLang)
    yield depth, *(_said(ask, element) for ask in told)
    for n in range(raw.FPDF_StructElement_CountChildren(element)):
        child = raw.FPDF_StructElement_GetChildAtIndex(element, n)
        if child:
            yield from _lines(child, depth + 1, texts)
        else:
            yield depth + 1, texts[raw.FPDF_StructElement_GetChildMarkedContentID(element, n)]


def _texts(page: Any) -> dict[int, str]:
    """What is written under each mark of the page's content."""
    texts: dict[int, str] = defaultdict(str)
    letters = raw.FPDFText_LoadPage(page)
    for n in range(raw.FPDFPage_CountObjects(page)):
        one = raw.FPDFPage_GetObject(page, n)
        if raw.FPDFPageObj_GetType(one) == raw.FPDF_PAGEOBJ_TEXT:
            said = _said(lambda text, into, size: raw.FPDFTextObj_GetText(text, letters, into, size), one)
            texts[raw.FPDFPageObj_GetMarkedContentID(one)] += "".join(said.split())
    raw.FPDFText_ClosePage(letters)
    return texts


def _said(ask: Callable[..., int], of: Any) -> str:
    size = ask(of, None, 0)
    into = ctypes.create_string_buffer(size)
    ask(of, ctypes.cast(into, ctypes.POINTER(ctypes.c_ushort)), size)
    return into.raw.decode("utf-16-le").rstrip("\0")
