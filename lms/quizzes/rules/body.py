"""What a question asks and what is right about it, by its kind. Kept as JSON with every version of a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.quizzes.rules.brought import BROUGHT
from lms.quizzes.rules.places import Picture, Place

LETTERS = "ABCDEFGH"
GAP = "____"  # a blank in the stem of a question to fill in
KINDS = ("single", "multiple", "judge", "fill", "order", "match", "picture", "text")
MARKED_BY_A_PERSON = frozenset(("text",))


@dataclass(frozen=True, slots=True)
class Body:
    """The typed part of a question; what a kind does not use is empty.

    single, multiple: options {"A": text} in order, answer the right letters in order. weights: letter → percent that choosing it
    adds or takes away, of a question that another platform marks by them; else empty, and the rule of rules.grade() counts.
    judge: answer ("true",) or ("false",).
    fill: blanks, for each blank the texts it takes, the first is the one shown as right.
    order: options, answer their letters in the right order.
    match: prompts on the left, options on the right, answer the letter that belongs to each prompt.
    picture: picture, places: the hazards to be found in it.
    text: guide, what a good answer says, for the person who marks it.
    by: the kind that a plug-in brings; it is a fill with one blank whose text is the key, judged by the plug-in.
    """

    kind: str
    options: dict[str, str] = field(default_factory=dict)
    answer: tuple[str, ...] = ()
    blanks: tuple[tuple[str, ...], ...] = ()
    prompts: tuple[str, ...] = ()
    picture: Picture | None = None
    places: tuple[Place, ...] = ()
    guide: str = ""
    by: str = ""
    weights: dict[str, float] = field(default_factory=dict)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Body:
        """Out of as_json(). Raises KeyError, TypeError or ValueError for anything else."""
        if kept["kind"] not in KINDS:
            raise ValueError(kept["kind"])
        return cls(
            kind=kept["kind"],
            options=dict(kept.get("options", {})),
            answer=tuple(kept.get("answer", ())),
            blanks=tuple(tuple(texts) for texts in kept.get("blanks", ())),
            prompts=tuple(kept.get("prompts", ())),
            picture=Picture(**kept["picture"]) if kept.get("picture") else None,
            places=tuple(
                Place(place["name"], tuple((float(x), float(y)) for x, y in place["points"])) for place in kept.get("places", ())
            ),
            guide=kept.get("guide", ""),
            by=kept.get("by", ""),
            weights=dict(kept.get("weights", {})),
        )

    def as_json(self) -> dict[str, Any]:
        """Only what is filled in."""
        told: dict[str, Any] = {
            "options": self.options,
            "answer": list(self.answer),
            "blanks": [list(texts) for texts in self.blanks],
            "prompts": list(self.prompts),
            "picture": self.picture.as_json() if self.picture else None,
            "places": [place.as_json() for place in self.places],
            "guide": self.guide,
            "by": self.by,
            "weights": self.weights,
        }
        return {"kind": self.kind} | {name: value for name, value in told.items() if value}

    @property
    def label(self) -> str:
        """What a kind of a plug-in is called, by its name when it is gone; "" for the product's own."""
        return BROUGHT[self.by].label if self.by in BROUGHT else self.by

    @property
    def has_marks(self) -> bool:
        """Whether what an answer got may stand beside it: given by a person, or by a plug-in."""
        return bool(self.by) or self.kind in MARKED_BY_A_PERSON

    @property
    def texts(self) -> tuple[str, ...]:
        """What belongs to the question besides its stem, for telling two questions apart."""
        seen = (self.picture.sha256,) if self.picture else ()
        return (*self.options.values(), *self.prompts, *seen)
