"""What a competency version says, as plain values, and how two wordings differ. No Django."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

DEFINITION_WORDS = 25  # "What it means" is one sentence of at most so many words

# Words that judge instead of saying what one could see or hear (competencies.yaml, method notes).
_VAGUE = (
    "always",
    "never",
    "very well",
    "excellent",
    "excellently",
    "outstanding",
    "good at",
    "perfectly",
    "world-class",
)


@dataclass(frozen=True)
class Activity:
    """A way to learn it; `kind` as in LearningKind, `for_levels` the levels that somebody moves into."""

    kind: str
    title: str
    text: str
    hours: float
    for_levels: tuple[int, ...]

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Activity":
        levels = tuple(int(level) for level in stored["for_levels"])
        return cls(stored["kind"], stored["title"], stored.get("text", ""), float(stored["hours"]), levels)

    @property
    def stored(self) -> dict[str, Any]:
        """As kept in a version and in files."""
        hours = int(self.hours) if self.hours.is_integer() else self.hours
        return {**asdict(self), "hours": hours, "for_levels": list(self.for_levels)}

    @property
    def kind_words(self) -> str:
        return self.kind.replace("_", " ").capitalize()

    def __str__(self) -> str:
        levels = ", ".join(str(level) for level in self.for_levels)
        return f"{self.kind_words}: {self.title}, {self.hours:g} h, for level {levels}. {self.text}".strip()


@dataclass(frozen=True)
class Wording:
    """Everything in a version that a person writes. `indicators` holds what each level looks like, 1 upward, `contrary`
    what it does not look like."""

    name: str
    cluster: str
    definition: str
    constructs: tuple[str, ...]
    indicators: Mapping[int, tuple[str, ...]]
    job_description_sentence: str = ""
    interview_questions: tuple[str, ...] = ()
    contrary: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    learning: tuple[Activity, ...] = ()


class Piece(StrEnum):
    SAME = "same"
    OUT = "del"
    IN = "ins"


Line = tuple[tuple[Piece, str], ...]


@dataclass(frozen=True)
class Change:
    """One part that differs: its label, and its lines as stretches of kept, dropped and new words."""

    label: str
    lines: tuple[Line, ...]


def changes(old: Wording, new: Wording) -> list[Change]:
    """What differs, in the order of the editor; empty when the two say the same."""
    found = []
    for (label, before), (_, after) in zip(_parts(old, new), _parts(new, old), strict=True):
        if before != after:
            found.append(Change(label, tuple(_line_changes(before, after))))
    return found


def plain_changes(old: Wording, new: Wording) -> list[tuple[str, str, str]]:
    """Label, old and new text of every part that differs; several lines stand below one another."""
    pairs = zip(_parts(old, new), _parts(new, old), strict=True)
    return [(label, "\n".join(before), "\n".join(after)) for (label, before), (_, after) in pairs if before != after]


def word_count(text: str) -> int:
    return len(text.split())


def vague_words(text: str) -> list[str]:
    """Words in an indicator that cannot be seen or heard, as written there."""
    lower = f" {text.lower().rstrip('.')} "
    return [text[lower.index(f" {word} ") :][: len(word)] for word in _VAGUE if f" {word} " in lower]


def _parts(wording: Wording, other: Wording) -> Iterator[tuple[str, Sequence[str]]]:
    yield "Name", [wording.name]
    yield "Cluster", [wording.cluster]
    yield "What it means", [wording.definition]
    yield "Serves these Cs", sorted(wording.constructs)
    for level in sorted({*wording.indicators, *other.indicators, *wording.contrary, *other.contrary}):
        yield f"Level {level}", list(wording.indicators.get(level, ()))
        yield f"Level {level}, does not look like", list(wording.contrary.get(level, ()))
    yield "Sentence for job descriptions", [wording.job_description_sentence]
    yield "Interview questions", list(wording.interview_questions)
    yield "Learning", [str(activity) for activity in wording.learning]


def _line_changes(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    """Whole lines first; lines that stand at the same place are then compared word by word."""
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        old, new = before[i1:i2], after[j1:j2]
        if tag == "equal":
            yield from (((Piece.SAME, line),) for line in old)
            continue
        paired = min(len(old), len(new))
        yield from (_word_changes(a, b) for a, b in zip(old[:paired], new[:paired], strict=True))
        yield from (((Piece.OUT, line),) for line in old[paired:] if line)
        yield from (((Piece.IN, line),) for line in new[paired:] if line)


def _word_changes(before: str, after: str) -> Line:
    old, new = before.split(), after.split()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.4:  # two different sentences: show them whole
        return tuple(piece for piece in ((Piece.OUT, before), (Piece.IN, after)) if piece[1])
    pieces: list[tuple[Piece, str]] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pieces.append((Piece.SAME, " ".join(old[i1:i2])))
            continue
        if i1 < i2:
            pieces.append((Piece.OUT, " ".join(old[i1:i2])))
        if j1 < j2:
            pieces.append((Piece.IN, " ".join(new[j1:j2])))
    return tuple(pieces)
