"""The certificate (培训证明) on paper: its pages and the PDF."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.core.documents import Kept, colour, fill, press_for, style
from lms.core.documents.drawing import code, guilloche, rounded, stroked
from lms.core.documents.fonts import SANS_BOLD, SERIF_BOLD, Face, characters_of, check_drawable, ems
from lms.credentials.alike import differing, frame_of, slots_of
from lms.credentials.frozen import CertificateData, canonical, short
from lms.credentials.rules import NAMED, STANDARD, CertificateKind, Words, line_of, pieces, plain

TEMPLATE, SHEET = "certificate.html", "certificate.css"
HEAD = "（主要负责人）"
NAME_SIZES = ((9, 30), (16, 24), (24, 18), (48, 13), (60, 11))  # up to so many ems, so many points: classes pt-30 … in the sheet
TITLE_SIZES = ((42, 14), (60, 13), (86, 12), (105, 11), (200, 10))
ISSUER_SIZES = ((36, 12), (60, 10))
LECTURER_SIZES = ((14, 12), (17, 10), (40, 9))
LINE_SIZES = ((42, 14), (46, 13), (52, 12), (58, 11), (200, 10))  # of the other lines, which are to stay on one
HEADING_SIZES = ((9, 35), (12, 28), (16, 22), (40, 16))
PAGE = 210  # mm high
CODE, SEAL = (
    (34.0, 136.7),
    (217.0, 133.2),
)  # where they are drawn, in mm from the upper left: the places of .qr and .ring in the sheet
AT_ONCE = 10  # laid out together: enough to share reading and styling, and 30 MB
TRIES = 3  # until one of those that are alike can be the forme: a name may be one that has to be set with the page
BATCH = 200  # certificates of one font cut: enough to share its cost, few enough that nobody carries much of others' fonts


@dataclass(frozen=True, slots=True)
class Look:
    """How a certificate looks: a template's words and pictures. logo, seal: PNG files, None where there is none."""

    words: Words
    logo: bytes | None = None
    seal: bytes | None = None

    @property
    def assets(self) -> dict[str, bytes]:
        """The pictures by the names that the page has for them."""
        return {name: body for name, body in (("logo", self.logo), ("seal", self.seal)) if body is not None}


STANDARD_LOOK = Look(STANDARD[CertificateKind.LECTURE])


def certificate_pdf(data: CertificateData, look: Look = STANDARD_LOOK) -> bytes:
    """The PDF of one certificate, A4 landscape. The same data and look give the same bytes.

    Raises MissingCharacters, naming them, when a name cannot be drawn.
    """
    return next(certificate_pdfs([data], look))


def certificate_pdfs(batch: Iterable[CertificateData], look: Look = STANDARD_LOOK) -> Iterator[bytes]:
    """The PDFs of many certificates, in order; quicker than one by one because they share their fonts.

    The bytes of a certificate depend on its batch (the fonts are cut for all of it), its looks do not: store them at issue.
    Raises MissingCharacters for the whole batch before anything is printed.
    """
    waiting = list(batch)
    for start in range(0, len(waiting), BATCH):
        yield from _printed(waiting[start : start + BATCH], look)


def _printed(part: Sequence[CertificateData], look: Look) -> list[bytes]:
    """With one cut of the fonts: of those that are alike one is laid out, and the others are cast from it."""
    pages = [_page(data, look) for data in part]
    kept = [_kept(data, look) for data in part]
    alike: dict[str, list[int]] = defaultdict(list)
    for at, page in enumerate(pages):
        alike[frame_of(page)].append(at)
    several_of = [pages[several[0]] for several in alike.values()]
    texts = [_html(several_of, look), *("".join(map("".join, slots_of(page).values())) for page in pages)]
    made: dict[int, bytes | None] = {}
    with press_for(["".join(sorted(characters_of(texts)))], style(SHEET), look.assets) as press:
        for several in alike.values():
            said = differing([slots_of(pages[at]) for at in several])
            tried = zip(several[:TRIES] if len(several) > 1 else (), said, strict=False)
            formes = (press.forme(_html([pages[at]], look), kept[at], own) for at, own in tried)
            forme = next(filter(None, formes), None)
            made |= {at: forme.cast(kept[at], own) if forme else None for at, own in zip(several, said, strict=True)}
        rest = [at for at in range(len(part)) if made[at] is None]
        for start in range(0, len(rest), AT_ONCE):
            few = rest[start : start + AT_ONCE]
            printed = press.print_each(_html([pages[at] for at in few], look), [kept[at] for at in few])
            made |= zip(few, printed, strict=True)
    return [made[at] or b"" for at in range(len(part))]


def check_printable(data: CertificateData, look: Look = STANDARD_LOOK) -> None:
    """Raises MissingCharacters, naming them, when something it is to say cannot be drawn."""
    told = data.as_json()
    told |= {"basis": [fact for fact in (data.basis or {}).values() if isinstance(fact, str)]}  # its lines are not printed
    said = (str(fact) for fact in told.values())
    check_drawable(characters_of([*said, *written(look.words)]))


def written(words: Words) -> tuple[str, ...]:
    """Every text of a template as it was typed."""
    return (words.title, words.subtitle, words.caption, words.note, *words.lines)


def values_of(data: CertificateData) -> dict[str, str]:
    """What the fields of a template stand for, "" where there is nothing to say."""
    basis = data.basis or {}
    if data.kind in NAMED:
        own = {"资格": data.lecture_title, "理由": basis["why"], "批准人": basis["by"]}
    elif data.kind is CertificateKind.HOURS:
        own = {
            "培训": data.lecture_title, "人员类别": basis["category"], "应修学时": basis["required"], "依据": basis["article"],
            "周期": " — ".join(chinese_date(date.fromisoformat(basis[name])) for name in ("from", "until")),
        }  # fmt: skip
    else:
        own = {}
    return own | {
        "姓名": data.holder_name,
        "单位": data.issuer_name,
        "课程": data.lecture_title,
        "到课": data.presence,
        "成绩": "" if data.score is None else str(data.score),
        "学时": plain(data.hours),
        "主讲": data.lecturer_name,
        "发证日期": chinese_date(data.issued_on),
        "有效期": chinese_date(data.valid_until) if data.valid_until else "长期有效",
    }


def _kept(data: CertificateData, look: Look) -> Kept:
    title = f"{line_of(look.words.title, values_of(data))} {data.serial} {data.holder_name}"
    return Kept(title, data.issuer_name, canonical(data.as_json()).encode(), _beneath(data, look))


def _beneath(data: CertificateData, look: Look) -> list[bytes]:
    """What is drawn and not set: the frame, the ring for the seal where there is no picture of one, and the code."""
    accent, finer, red = map(colour, (f"accent-{look.words.accent}", f"accent-{look.words.accent}-fine", "bad"))

    def drawn(
        shape: str | tuple[str, ...], color: str, width: float, at: tuple[float, float] = (0, 0), dashes: str = ""
    ) -> bytes:
        lines = (shape,) if isinstance(shape, str) else shape
        return stroked(lines, color=color, width=width, left=at[0], top=at[1], height=PAGE, dashes=dashes)

    shapes = [
        drawn(guilloche(273.8, 186.8, 7.0, 2.6, 14.0, 8), finer, 0.12, (11.6, 11.6)),
        drawn(rounded(7.4, 7.4, 282.2, 195.2, 9.2), accent, 0.4),
        drawn(rounded(15.8, 15.8, 265.4, 178.4, 4.6), accent, 0.2),
    ]
    if look.seal is None:
        shapes.append(drawn(rounded(1.4, 1.4, 41.2, 41.2, 20.6), red, 0.45, SEAL, "1.6 1.106"))
        shapes.append(drawn(rounded(3.4, 3.4, 37.2, 37.2, 18.6), red, 0.18, SEAL))
    return [b"\n".join(shapes), code(data.verify_url, left=CODE[0], top=CODE[1], size=30, height=PAGE)]


def _html(pages: Sequence[Mapping[str, Any]], look: Look) -> str:
    return fill(TEMPLATE, pages=pages, look=look, words=look.words, head=HEAD)


def _page(data: CertificateData, look: Look) -> dict[str, Any]:
    label, who = _decided(data)
    lecturer = who + (HEAD if data.lecturer_is_head else "")
    words, values = look.words, values_of(data)
    title, sentences = line_of(words.title, values), [line_of(line, values) for line in words.lines]
    sizes = [fitting(line, LINE_SIZES if at else TITLE_SIZES) for at, line in enumerate(sentences)]
    return {
        "data": data,
        "title": title,
        "heading_size": fitting(title, HEADING_SIZES, SERIF_BOLD),
        "breaking": sizes[:1] != [TITLE_SIZES[0][1]],
        "lines": [(size, pieces(line, values)) for size, line in zip(sizes, words.lines, strict=True)],
        "note": line_of(words.note, values),
        "english": english(data) if words.english else "",
        "issued_on": values["发证日期"],
        "valid_until": values["有效期"],
        "fingerprint": short(data.fingerprint),
        "id_words": f"身份证号 {data.masked_id} · 持证人" if data.masked_id else "持证人",
        "name_size": fitting(data.holder_name, NAME_SIZES, SERIF_BOLD),
        "who_label": label,
        "who": who,
        "lecturer_size": fitting(lecturer, LECTURER_SIZES),
        "issuer_size": fitting(data.issuer_name, ISSUER_SIZES),
    }


def _decided(data: CertificateData) -> tuple[tuple[str, str], str]:
    """Who or what stands behind a certificate, with its name in both languages."""
    if data.kind is CertificateKind.HOURS and data.basis:
        lines = len(data.basis["lines"])
        return ("依据", "Rests on"), f"{data.basis['rule']} · {lines} 条学时明细" if data.basis["rule"] else f"{lines} 条学时明细"
    return (("批准人", "Approved by") if data.kind in NAMED else ("主讲", "Lecturer")), data.lecturer_name


ENGLISH = {
    CertificateKind.TRAINER: "Found fit to lecture on safety in enterprises.",
    CertificateKind.REVIEWER: "Found fit to sit in on safety lectures and to review them.",
}


def english(data: CertificateData) -> str:
    """The English line beneath the sentence. The title of the lecture is not translated."""
    if data.kind in ENGLISH:
        return ENGLISH[data.kind]
    if data.kind is CertificateKind.HOURS and data.basis:
        return f"Completed {plain(data.hours)} hours of safety training, of {data.basis['required']} required by law."
    hours = f"credited {plain(data.hours)} {'hour' if data.hours == 1 else 'hours'}"
    if data.score is None:
        return f"Attended this safety lecture and was {hours} of training."
    return f"Attended this safety lecture, passed its test with {data.score} out of 100 and was {hours} of training."


def chinese_date(day: date) -> str:
    """2026 年 11 月 23 日"""
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def fitting(text: str, sizes: tuple[tuple[int, int], ...], face: Face = SANS_BOLD) -> int:
    """The point size for a text in a face.

    sizes: (widest in ems, points), largest first; the last one takes whatever is longer.
    """
    width = ems(text, face)
    return next((points for widest, points in sizes if width <= widest), sizes[-1][1])
