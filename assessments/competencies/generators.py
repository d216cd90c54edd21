"""Texts made from one version of the model: job description, advert, interview guides. No Django.

Each takes a RoleText, which holds the words of one role profile and of the competency versions in use that day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessments.competencies.document_text import heading, numbered, points, table

PROBES = (
    "What was the situation, and what was your part in it?",
    "What exactly did you do and say? And then?",
    "What came of it for the customer, and how do you know?",
    "What would you do differently today?",
)


@dataclass(frozen=True)
class Step:
    """One level of one competency: its number, its name and what it looks like or does not look like."""

    value: int
    name: str
    looks_like: tuple[str, ...]
    not_like: tuple[str, ...]


@dataclass(frozen=True)
class NeedText:
    """What a role needs in one competency."""

    name: str
    definition: str
    sentence: str
    questions: tuple[str, ...]
    required: int
    is_focus: bool
    steps: tuple[Step, ...]

    @property
    def needed(self) -> Step:
        return next(step for step in self.steps if step.value == self.required)


@dataclass(frozen=True)
class RoleText:
    """One role with all its needs in library order. `source` says which versions these are the words of."""

    name: str
    purpose: str
    needs: tuple[NeedText, ...]
    guide: Mapping[str, Any]
    rating_purpose: str
    source: str

    @property
    def focus(self) -> tuple[NeedText, ...]:
        """The focus competencies; all of them when none is marked."""
        return tuple(need for need in self.needs if need.is_focus) or self.needs


def job_description(role: RoleText) -> str:
    rows = [
        (need.name, f"{need.required} {need.needed.name}" + (", focus" if need.is_focus else ""), _seen(need.needed))
        for need in role.needs
    ]
    return "\n".join(
        [
            heading(role.name),
            f"{role.purpose}\n",
            heading("What you do for customers", 2),
            points(need.sentence for need in _focus_first(role.needs) if need.sentence),
            heading("What this role needs", 2),
            table(("Competency", "Level", "What one sees"), rows),
            f"{role.rating_purpose}\n" if role.rating_purpose else "",
            f"{role.source}\n",
        ]
    )


def job_advert(role: RoleText) -> str:
    """One paragraph of the focus competencies, for the advert that HR writes around it."""
    does = [_joined(need.sentence) for need in role.focus if need.sentence]
    last = f"; and {does[-1]}" if len(does) > 1 else "".join(does)
    someone = f" You will be at home here if you are someone who {'; '.join(does[:-1])}{last}." if does else ""
    return f"We are looking for: {role.name}. {role.purpose}{someone} We help you grow in what is new to you.\n"


def interview_guide(role: RoleText, *, only_focus: bool) -> str:
    """Questions, probes and anchors per level for each competency, and a score sheet without a total."""
    needs = role.focus if only_focus else _focus_first(role.needs)
    asked = [_questions(number, need) for number, need in enumerate(needs, start=1)]
    sheet = [(need.name, str(need.required), "", "") for need in needs]
    return "\n".join(
        [
            heading(f"Interview guide: {role.name}"),
            points(
                (
                    "Ask everyone the same questions in the same order, and note what they say in their words.",
                    "Ask for one true case, not for opinions. Probe until you know what this person did.",
                    "Rate each competency by itself against the anchors, right after the talk and before you compare.",
                )
            ),
            *asked,
            heading("Score sheet", 2),
            "Candidate: ____________________   Interviewer: ____________________   Date: ____________\n",
            table(("Competency", "Needed", "Level heard", "What makes you say so"), sheet),
            "No total: being strong in one does not make up for another. Compare notes only when everyone has rated.\n",
            f"{role.source}\n",
        ]
    )


def star_interview(role: RoleText) -> str:
    """Interview with people who already do it best, by the framework's prompts."""
    guide = role.guide
    return "\n".join(
        [
            heading(f"{guide.get('name', 'Star-performer interview')}: {role.name}"),
            *(f"{guide[part]}\n" for part in ("who", "consent") if guide.get(part)),
            f"Plan {guide['minutes']} minutes.\n" if guide.get("minutes") else "",
            heading("Ask", 2),
            numbered(guide.get("prompts", ())),
            heading("Listen for", 2),
            "What they do that the model does not say yet matters most.\n",
            points(f"{need.name}: {need.definition}" for need in _focus_first(role.needs)),
            heading("Afterwards", 2),
            points(guide.get("after", ())),
            table(("Situation", "What they did", "What came of it"), [("", "", "")] * 4),
            f"{role.source}\n",
        ]
    )


def _questions(number: int, need: NeedText) -> str:
    anchors = [(f"{step.value} {step.name}", " ".join(step.looks_like)) for step in need.steps]
    not_like = need.needed.not_like
    return "\n".join(
        [
            heading(f"{number}. {need.name}, level {need.required} needed", 2),
            f"{need.definition}\n",
            heading("Ask", 3),
            numbered(need.questions or (f"Tell me about a time that shows this: {need.definition}",)),
            heading("Probe", 3),
            points(PROBES),
            heading("Anchors", 3),
            table(("Level", "What you would hear"), anchors),
            f"Does not look like level {need.required}: {' '.join(not_like)}\n" if not_like else "",
        ]
    )


def _focus_first(needs: Sequence[NeedText]) -> list[NeedText]:
    return sorted(needs, key=lambda need: not need.is_focus)


def _seen(step: Step) -> str:
    return " ".join(step.looks_like)


def _joined(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(". ")
