"""What a reward or a measure is never tied to (content/goals.yaml, incentive_rules). Pure: texts in, a sentence out.

Whoever is paid for a survey score or a rating gets the score, not the culture: people answer for each other's pay.
"""

import re
from collections.abc import Iterable

NO_SURVEY = (
    "Scores from the 7 Cs questionnaire, pulses and readiness surveys are never a rewarded metric. "
    "Measure what customers notice; a pulse may stand beside it as a guardrail."
)
NO_RATING = (
    "Competency ratings are never a rewarded metric. "
    "Name the competency under Growth and measure the steps that lead there."
)
NO_PRAISE = (
    "Praise is never a rewarded metric: thanks that are counted are given for the count. "
    "Measure what customers notice of the work."
)
_RATED = r"(?:rating|level|score|assessment)s?"
_ASKED = r"(?:score|index|survey|questionnaire|result|average|check|question)s?"
_SURVEY = re.compile(
    rf"\b(?:7|seven)\s*c['\u2019]?s\b|\bpulses?\W*(?:{_ASKED}|$)|\b(?:culture|readiness|engagement)\s+{_ASKED}\b",
    re.IGNORECASE,
)
_RATING = re.compile(
    rf"\bcompetenc(?:y|ies)\W+{_RATED}\b|\b{_RATED}\s+(?:of|in|for)\s+(?:\w+\s+)?competenc|\b360\W+{_RATED}\b",
    re.IGNORECASE,
)
_PRAISED = r"(?:praises?|thanks|thank-yous?|recognitions?)"
_PRAISE = re.compile(
    rf"\b(?:number|count|amount|share)\s+of\s+{_PRAISED}\b"
    rf"|\b{_PRAISED}\W+(?:received|given|collected|counts?|scores?|points?|per)\b|\bpraise\s+balance\b",
    re.IGNORECASE,
)


def refusal(texts: Iterable[str]) -> str:
    """The text of the rule that one of `texts` (measure, source, reward) breaks; "" when none does."""
    for text in texts:
        if _SURVEY.search(text):
            return NO_SURVEY
        if _RATING.search(text):
            return NO_RATING
        if _PRAISE.search(text):
            return NO_PRAISE
    return ""
