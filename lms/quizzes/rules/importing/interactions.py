"""The interactions of QTI items as bodies of questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element

from flask_babel import gettext as _

from lms.quizzes.rules.body import GAP, LETTERS, Body
from lms.quizzes.rules.importing.kinds import paired
from lms.quizzes.rules.importing.tags import too_many, uneven, unread, weighed
from lms.quizzes.rules.places import Picture, Place
from lms.registry.rules.names import visible

SILENT = frozenset(("rubricblock", "modalfeedback", "feedbackblock", "feedbackinline"))
TRUTHS = {"true", "false"}
Fetch = Callable[[Element], Picture]


@lru_cache(4_096)
def name_of(tag: str) -> str:
    """The name of an element or attribute in any version: "{…}qti-choice-interaction" and "choiceInteraction" are one."""
    return tag.rpartition("}")[2].lower().removeprefix("qti-").replace("-", "")


def attribute(element: Element, name: str) -> str:
    """An attribute whatever its namespace; "" where there is none."""
    return next((value for key, value in element.attrib.items() if name_of(key) == name), "")


def parts(element: Element, *names: str) -> Iterator[Element]:
    """All elements below of these names, whatever their namespace, in their order."""
    return (part for part in element.iter() if name_of(part.tag) in names)


def text_around(element: Element) -> str:
    """What a reader sees of a part: prompts and text, a gap for each text to type in that stands within other text."""
    return visible("".join(_pieces(element)))


def _pieces(element: Element) -> Iterator[str]:
    name = name_of(element.tag)
    if name == "textentryinteraction":
        yield GAP
        return
    if name in SILENT and name != "modalfeedback":
        return
    if name.endswith("interaction"):
        yield from (" " + "".join(prompt.itertext()) for prompt in parts(element, "prompt"))
        return
    inside = [element.text or ""]
    for part in element:
        inside += [*_pieces(part), part.tail or ""]
    if name == "p" and "".join(inside).strip() == GAP:  # a line of its own to write on belongs to no sentence
        return
    yield "".join(inside) + (" " if name in ("p", "div", "li") else "")


@dataclass(frozen=True, slots=True)
class Interaction:
    """An interaction and the response declaration that says what is right."""

    element: Element
    item: Element

    @property
    def name(self) -> str:
        return name_of(self.element.tag)

    @property
    def declaration(self) -> Element:
        wanted = attribute(self.element, "responseidentifier")
        found = (part for part in parts(self.item, "responsedeclaration") if part.get("identifier") == wanted)
        return next(found, Element("responseDeclaration"))

    @property
    def correct(self) -> list[str]:
        """The values of the right response, in order."""
        return [
            "".join(value.itertext()).strip()
            for right in parts(self.declaration, "correctresponse")
            for value in parts(right, "value")
        ]

    @property
    def accepted(self) -> tuple[str, ...]:
        """The texts a gap takes."""
        mapped = [text for text, worth in self.mapped.items() if worth > 0]
        return tuple(dict.fromkeys(visible(text) for text in mapped or self.correct))

    @property
    def mapped(self) -> dict[str, float]:
        """What each response is worth, where that counts and not only whether all of it is right; "" for any other."""
        template = next((attribute(part, "template") for part in parts(self.item, "responseprocessing")), "")
        told = next(parts(self.declaration, "mapping"), None)
        if told is None or name_of(template.rpartition("/")[2].removesuffix(".xml")).endswith(("match_correct", "matchcorrect")):
            return {}
        worths = {attribute(entry, "mapkey"): _worth(entry) for entry in parts(told, "mapentry")}
        return worths | {"": _number(attribute(told, "defaultvalue"))}


def _worth(entry: Element) -> float:
    return _number(attribute(entry, "mappedvalue"))


def _number(written: str) -> float:
    try:
        return float(written or 0)
    except ValueError:
        return 0.0


def parts_of(found: list[Interaction], body: Element, fetch: Fetch) -> Body | str:
    """The body of a question, or why its kind cannot be taken over. found: all alike. fetch: the picture of an object element.

    Raises KeyError for a right response that names no choice, NotAPicture or ValueError for a picture.
    """
    one = found[0]
    match one.name:
        case "choiceinteraction":
            return _choice(one)
        case "textentryinteraction":
            if partly := next(filter(None, map(_uneven, found)), None):
                return partly
            return Body("fill", blanks=tuple(interaction.accepted for interaction in found))
        case "orderinteraction":
            options, letters = _lettered(one.element)
            return (
                Body("order", options, tuple(letters[name] for name in one.correct))
                if len(options) <= len(LETTERS)
                else too_many()
            )
        case "matchinteraction":
            return _match(one)
        case "selectpointinteraction":
            return _points(one, body, fetch)
        case "extendedtextinteraction":
            return Body("text", guide=" ".join(_scorer_notes(body)))
    return unread(one.element.tag.rpartition("}")[2])


def _lettered(element: Element) -> tuple[dict[str, str], dict[str, str]]:
    """Letter → text, identifier → letter of the choices inside."""
    choices = list(parts(element, "simplechoice", "simpleassociablechoice"))
    names = [LETTERS[at] if at < len(LETTERS) else f"#{at}" for at in range(len(choices))]
    options = {name: text_around(choice) for name, choice in zip(names, choices, strict=True)}
    return options, {choice.get("identifier", ""): name for name, choice in zip(names, choices, strict=True)}


def _choice(one: Interaction) -> Body | str:
    options, letters = _lettered(one.element)
    if len(options) > len(LETTERS):
        return too_many()
    single = attribute(one.declaration, "cardinality") != "multiple"
    if single and set(letters) == TRUTHS:
        return Body("judge", answer=tuple(name for name in one.correct if letters[name]))
    kind, right = "single" if single else "multiple", tuple(sorted({letters[name] for name in one.correct}))
    worths = one.mapped
    worth = {letter: worths.get(name, worths.get("", 0.0)) for name, letter in letters.items()}
    best = (max if single else sum)([each for each in worth.values() if each > 0] or [0.0])
    if not best:
        return Body(kind, options, right)
    found = weighed(kind, {letter: 100 * each / best for letter, each in worth.items()})
    if isinstance(found, str):
        return found
    if right and right != tuple(found[0]):
        return _("正确答案和各选项的分值对不上。请在原系统里改好再导入")
    return Body(kind, options, tuple(found[0]), weights=found[1])


def _uneven(one: Interaction) -> str | None:
    worths = one.mapped.values()
    best = max(worths, default=0.0)
    return uneven(100 * worth / best for worth in worths) if best > 0 else None


def _match(one: Interaction) -> Body | str:
    if partly := _uneven(one):
        return partly
    left, right = [*parts(one.element, "simplematchset"), Element("none"), Element("none")][:2]
    prompts, left_letters = _lettered(left)
    options, right_letters = _lettered(right)
    if len(prompts) > len(LETTERS) or len(options) > len(LETTERS):
        return too_many()
    belongs: dict[str, str] = {}
    for pair in one.correct:
        first, _blank, second = pair.partition(" ")
        if left_letters[first] in belongs:
            return unread("matchInteraction: 1 → n")
        belongs[left_letters[first]] = options[right_letters[second.strip()]]
    pairs = [(prompts[letter], belongs[letter]) for letter in prompts if letter in belongs]
    if len(pairs) < len(prompts):
        return unread("matchInteraction: 1 → 0")
    return paired(pairs, [text for text in options.values() if text not in belongs.values()])


def _points(one: Interaction, body: Element, fetch: Fetch) -> Body:
    picture = fetch(next(parts(one.element, "object", "img"), Element("object")))
    names = _scorer_notes(body)
    places = []
    for at, entry in enumerate(entry for entry in parts(one.declaration, "areamapentry") if _worth(entry) > 0):
        numbers = [float(number) for number in attribute(entry, "coords").split(",")]
        name = names[at] if at < len(names) else str(at + 1)
        places.append(Place(name, _corners(attribute(entry, "shape"), numbers, picture)))
    return Body("picture", picture=picture, places=tuple(places))


def _corners(shape: str, numbers: list[float], picture: Picture) -> tuple[tuple[float, float], ...]:
    """Pixels of a rectangle or polygon as shares; a circle becomes the square around it."""
    if shape == "circle":
        x, y, radius = numbers
        numbers = [x - radius, y - radius, x + radius, y + radius]
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return tuple((min(max(x / picture.width, 0), 1), min(max(y / picture.height, 0), 1)) for x, y in pairs)


def _scorer_notes(body: Element) -> list[str]:
    """What is said to whoever marks: each list item or paragraph of a rubric."""
    blocks = [block for block in parts(body, "rubricblock") if "scorer" in attribute(block, "view")]
    return [visible("".join(part.itertext())) for block in blocks for part in parts(block, "li", "p")]
