"""What a measure or a reward is never tied to."""

import pytest

from goals.fairness import NO_PRAISE, NO_RATING, NO_SURVEY, refusal


@pytest.mark.parametrize(
    "text",
    [
        "Index of the 7 Cs questionnaire",
        "seven Cs score",
        "7 C's, Communication",
        "Pulse score of the team",
        "Quarterly pulse",
        "Readiness survey",
        "Culture index",
        "Engagement score",
    ],
)
def test_scores_of_surveys_about_the_culture_are_refused(text):
    assert refusal(["Answers within a day", text]) == NO_SURVEY


@pytest.mark.parametrize(
    "text", ["Competency ratings of the team", "Average level of the competency", "competency score", "360 ratings"]
)
def test_ratings_of_competencies_are_refused(text):
    assert refusal([text]) == NO_RATING


@pytest.mark.parametrize("text", ["Praise received", "Number of thank-yous", "Thanks per person", "The praise balance"])
def test_counts_of_praise_are_refused(text):
    assert refusal([text]) == NO_PRAISE


@pytest.mark.parametrize(
    "text",
    [
        "Customers who choose 4 or 5 of 5 after a contact",
        "After-contact survey, all channels",
        "Customer's rating of the solution",
        "Question types I can settle (checked with my lead)",
        "Pulse oximeters delivered on time",
        "Level of stock in the van",
        "Customer's praise passed on",
        "Thanks to the crew, by name",
        "Competency library agreed with the staff panel",
        "",
    ],
)
def test_what_customers_say_and_what_is_counted_is_not_refused(text):
    assert refusal([text]) == ""
