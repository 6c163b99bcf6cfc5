"""The press: prints any number of documents of one batch with the same cut fonts and the same parsed style sheet."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from functools import lru_cache, partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from lms.core.documents import fonts
from lms.core.documents.formes import Forme, Kept, Said, Unlike, packed

if TYPE_CHECKING:
    import pydyf
    import weasyprint

SCHEME = "anke:"
FACTS = "data.json"
NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # a file inside must say when it was made; the same data give the same bytes


class Press:
    """Prints HTML to PDF. Made by `press_for`; use it in a `with`, so that its temporary font files go away.

    The same HTML gives the same bytes on any press made for the same characters: no clock and no chance is in them.
    Not to be shared between threads.
    """

    def __init__(self, css: str, characters: frozenset[str], assets: Mapping[str, bytes]) -> None:
        import weasyprint  # here, not above: it costs 40 MB, and a machine without pango must still start and say so
        from weasyprint.text.fonts import FontConfiguration

        self._characters = characters
        given = {f"{SCHEME}{name}": body for name, body in assets.items()}
        self._bodies = {(face.family, face.weight): fonts.cut(face, characters) for face in fonts.FACES}
        rules = []
        for face in fonts.FACES:
            name = f"{SCHEME}font/{face.family.replace(' ', '-')}-{face.weight}"
            given[name] = self._bodies[face.family, face.weight]
            rules.append(f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};src:url("{name}")}}')
        self._fetcher = _fetcher(given)
        self._fonts = FontConfiguration()
        self._images: dict[str, Any] = {}
        own = weasyprint.CSS(string="".join(rules), font_config=self._fonts, url_fetcher=self._fetcher)
        self._css = [own, _sheet(css)]

    def print(self, html: str, *, tagged: bool = True) -> bytes:
        """The PDF of one document.

        html: a whole page; its lang, title and author become the file's. It can refer to assets as anke:NAME, to nothing else.
        tagged: with the structure that screen readers and text export use.
        Raises ValueError for a character the press was not made for, or any other address.
        """
        with self._laid_out(html) as document:
            return document.write_pdf(finisher=partial(_finish, ()), cache=self._images, pdf_tags=tagged)

    def print_each(self, html: str, kept: Sequence[Kept]) -> list[bytes]:
        """A file to be kept of each page: PDF/A-3a, its data inside. Quicker than one by one: they are read and styled together.

        html: as above, each of its pages one of those in kept. All of them are in memory at once, 3 MB a page. Raises as above,
        and RuntimeError when there are not as many pages as kept.
        """
        with self._laid_out(html) as document:
            if len(document.pages) != len(kept):
                raise RuntimeError(f"{len(document.pages)} pages instead of {len(kept)}")
            each = zip(document.pages, kept, strict=True)
            return [self._kept(document.copy([page]), one, partial(_finish, one.beneath)) for page, one in each]

    def forme(self, html: str, kept: Kept, said: Said) -> Forme | None:
        """What casts pages that differ from this one only in their slots; None where those cannot be set by themselves.

        html: as above, of one page; an element with a data-slot is a slot, its text the runs that said has for it.
        Raises as above.
        """
        made: list[Forme] = []

        def finish(document: weasyprint.Document, pdf: pydyf.PDF) -> None:
            _finish(kept.beneath, document, pdf)
            made.append(Forme(document, pdf, self._bodies, said))

        with self._laid_out(html) as document:
            try:
                self._kept(document, kept, finish)
            except Unlike:
                return None
        return made[0]

    def _kept(self, alone: weasyprint.Document, one: Kept, finish: Callable[[weasyprint.Document, pydyf.PDF], None]) -> bytes:
        import weasyprint

        alone.metadata = copy(alone.metadata)
        alone.metadata.title, alone.metadata.authors = one.title, [one.author]
        inside = weasyprint.Attachment(
            string=one.facts, name=FACTS, created=NO_TIME, modified=NO_TIME, relationship="Source", url_fetcher=self._fetcher
        )
        made: bytes = alone.write_pdf(
            finisher=finish, cache=self._images, pdf_variant="pdf/a-3a", attachments=[inside], pdf_tags=True
        )
        return made

    @contextmanager
    def _laid_out(self, html: str) -> Iterator[weasyprint.Document]:
        import weasyprint
        from weasyprint.urls import FatalURLFetchingError

        unforeseen = fonts.characters_of([html]) - self._characters
        if unforeseen:
            raise ValueError(f"this press was not made for {''.join(sorted(unforeseen))!r}")
        source = weasyprint.HTML(string=html, base_url=None, url_fetcher=self._fetcher)
        # A page is a hundred thousand small objects that are needed until it is printed: looking for garbage among them,
        # and among all the rest of the process, found none and doubled the time of one document in ten.
        collecting = gc.isenabled()
        gc.disable()
        try:
            yield source.render(font_config=self._fonts, stylesheets=self._css, cache=self._images)
        except FatalURLFetchingError as refused:  # a BaseException, which would end a worker
            raise ValueError(f"documents fetch only what they are given: {refused}") from refused
        finally:
            if collecting:
                gc.enable()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        # The font configuration removes its folder when the last reference to it goes.
        del self._css, self._fonts
        self._bodies.clear()
        self._images.clear()
        fonts.source_of.cache_clear()  # unmaps the sources: 20 MB that the cut fonts do not need


def press_for(texts: Iterable[str], css: str, assets: Mapping[str, bytes] | None = None) -> Press:
    """A press for a batch.

    texts: everything that will be printed, as HTML or as plain text: the fonts are cut to these characters.
    css: the style sheet of all documents of the batch; families "Anke Sans" (400, 700), "Anke Serif" (700), "Anke Mono" (400).
    assets: images the documents refer to, by name.
    Raises fonts.MissingCharacters, naming them, and fonts.FontsMissing.
    """
    characters = fonts.characters_of([*texts, css])
    fonts.check_drawable(characters)
    return Press(css, characters, assets or {})


def render_pdf(html: str, css: str, assets: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF of a single document; see `press_for` and `Press.print`."""
    with press_for([html], css, assets) as press:
        return press.print(html)


@lru_cache(maxsize=16)  # more than there are
def _sheet(css: str) -> weasyprint.CSS:
    """A style sheet as the printer reads it, a third of the work of a document alone. Printing changes nothing in it."""
    import weasyprint

    return weasyprint.CSS(string=css, url_fetcher=_fetcher({}))


def _fetcher(given: Mapping[str, bytes]) -> weasyprint.urls.URLFetcher:
    """Answers from what it was given. Any other address, of the network or of the disk, stops the print."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OnlyGiven(URLFetcher):
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            if url not in given:
                raise ValueError(f"documents may not fetch {url}")
            kind = "image/svg+xml" if url.endswith(".svg") else "application/octet-stream"
            return URLFetcherResponse(url, given[url], {"Content-Type": kind})

    return OnlyGiven(allowed_protocols=(), fail_on_errors=True)


def _finish(beneath: Sequence[bytes], document: weasyprint.Document, pdf: pydyf.PDF) -> None:
    """Lay the drawings under the pages, and look at the fonts.

    The printer falls back to any font of the system without a word; a document of ours is never finished with one.
    """
    foreign = {font.family for font in document.fonts.values()} - {face.family for face in fonts.FACES}
    if foreign:
        raise RuntimeError(f"fonts that are not ours in the document: {', '.join(sorted(foreign))}")
    import pydyf

    if "AF" in pdf.catalog:  # the printer names the file inside twice
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    if beneath:
        drawings = [pydyf.Stream([packed(one)], {"Filter": "/FlateDecode"}) for one in beneath]
        for drawing in drawings:
            pdf.add_object(drawing)
        for page in pdf.objects:
            if isinstance(page, pydyf.Dictionary) and page.get("Type") == "/Page":
                page["Contents"] = pydyf.Array([*(drawing.reference for drawing in drawings), page["Contents"]])
