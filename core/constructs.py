"""The seven Cs: the one construct id that runs through survey items, competencies, goals, actions and praise.

Source: Kepner-Tregoe's seven Cs of a customer-focused culture; the definitions are those of the shipped questionnaire.
"""

from typing import Any

from django.db import models


class Construct(models.TextChoices):
    STRATEGY = "strategy", "Strategy"
    CHARACTERISTICS = "characteristics", "Characteristics"
    COMMANDER = "commander", "Leaders"
    COMMITMENT = "commitment", "Commitment"
    COMMUNICATION = "communication", "Communication"
    COMPETENCY = "competency", "Competency"
    CONSEQUENCE = "consequence", "Consequence"

    @property
    def number(self) -> int:
        """1 to 7, the order of the questionnaire and of the wheel's spokes."""
        return list(Construct).index(self) + 1

    @property
    def short(self) -> str:
        return str(self.label)

    @property
    def title(self) -> str:  # type: ignore[override]  # a name, where str has a method
        return TITLES[self]

    @property
    def definition(self) -> str:
        return DEFINITIONS[self]


TITLES = {
    Construct.STRATEGY: "Customer-Focused Strategy",
    Construct.CHARACTERISTICS: "Characteristics",
    Construct.COMMANDER: "Commander and Chief",
    Construct.COMMITMENT: "Commitment",
    Construct.COMMUNICATION: "Communication",
    Construct.COMPETENCY: "Competency",
    Construct.CONSEQUENCE: "Consequence",
}
DEFINITIONS = {
    Construct.STRATEGY: "A shared picture of which customers we serve, what we offer them, why they choose us and where "
    "we are heading.",
    Construct.CHARACTERISTICS: "The traits we choose to stress, and how far, so that customers and staff would recognise "
    "us by them.",
    Construct.COMMANDER: "How the people at the top think, talk and act, and the mark this leaves on everyone else.",
    Construct.COMMITMENT: "The willingness of staff and customers to back our customer goals with effort, and to stay "
    "with us.",
    Construct.COMMUNICATION: "How information, tone and timing carry our customer focus to staff and customers, with and "
    "without words.",
    Construct.COMPETENCY: "Whether people have the know-how, and the understanding of others, to put our customer values "
    "into daily practice.",
    Construct.CONSEQUENCE: "What happens to people after they act: whether good service is noticed and rewarded fairly, "
    "quickly and in a way they value.",
}


class ConstructField(models.CharField):
    """A column that holds one construct id."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("choices", Construct.choices)
        super().__init__(*args, **kwargs)
