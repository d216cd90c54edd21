"""The 360 reports: made once, the day after the raters' last day, for everybody at once.

What raters wrote becomes groups and shuffled words; in the same transaction the single answers are deleted, so that no
row leads from a rater to an answer any more (threats.md, T51). Goes batch by batch: each commits by itself, and a crash
leaves the rest for the next run. Nobody reads a report before the last batch is done and the cycle says "released".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from random import Random, SystemRandom

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from assessments.reviews import externals, folding
from assessments.reviews.folding import Part
from assessments.reviews.models import (
    Assessment,
    Feedback,
    FeedbackRating,
    OthersComment,
    OthersLevel,
    OthersReport,
    Rater,
    ReviewCycle,
)
from assessments.reviews.queries.grouping import PART_OF
from assessments.reviews.services import reminding
from assessments.reviews.services.refusals import NotNow
from core import audit, mail, notify

BATCH = 200


def release(cycle: ReviewCycle, *, at: datetime, random: Random | None = None) -> int:
    """Make the reports of a cycle whose raters' time is over; returns how many there are. Safe to repeat and to break off."""
    if not ReviewCycle.objects.awaiting_release(timezone.localdate(at)).filter(pk=cycle.pk).exists():
        raise NotNow("The reports are made once, after the last day for raters.")
    waiting = _without_report(cycle)
    for start in range(0, len(waiting), BATCH):
        _release_batch(waiting[start : start + BATCH], at=at, random=random or SystemRandom())
    return _finish(cycle, at=at)


def _without_report(cycle: ReviewCycle) -> list[int]:
    asked = Rater.objects.asked().filter(assessment__cycle=cycle, assessment__others_report=None)
    return list(asked.order_by("assessment_id").values_list("assessment_id", flat=True).distinct())


@transaction.atomic
def _release_batch(assessments: Sequence[int], *, at: datetime, random: Random) -> None:
    raters: dict[int, list[Rater]] = defaultdict(list)
    # Whoever is just writing finishes first; whoever comes after this finds the report and is told that it is over.
    locked = Rater.objects.asked().select_for_update(of=["self"]).filter(assessment__in=assessments)
    for rater in locked.select_related("assessment__cycle").order_by("pk"):
        raters[rater.assessment_id].append(rater)
    done = OthersReport.objects.filter(assessment__in=assessments).values_list("assessment_id", flat=True)
    for assessment in done:
        raters.pop(assessment, None)
    sent = _sent(assessments)
    reports, levels, comments = [], [], []
    for of_one in raters.values():
        report, found_levels, found_comments = _report(of_one, sent, at=at, random=random)
        reports.append(report)
        levels += found_levels
        comments += found_comments
    OthersReport.objects.bulk_create(reports)
    OthersLevel.objects.bulk_create(levels)
    OthersComment.objects.bulk_create(comments)
    _forget(assessments)


def _sent(assessments: Sequence[int]) -> dict[int, Feedback]:
    """What was sent, by rater. Drafts count nowhere."""
    sent = Feedback.objects.filter(rater__assessment__in=assessments, state=Feedback.State.SUBMITTED)
    return {feedback.rater_id: feedback for feedback in sent.prefetch_related("ratings")}


def _report(
    raters: Sequence[Rater], sent: dict[int, Feedback], *, at: datetime, random: Random
) -> tuple[OthersReport, list[OthersLevel], list[OthersComment]]:
    """One person's report, not saved. It says how many were asked in each part, never how many of them answered."""
    assessment = raters[0].assessment
    fewest = assessment.cycle.fewest_in_group
    asked: dict[Part, int] = defaultdict(int)
    for rater in raters:
        asked[_group(rater)] += 1
    plan = folding.plan(asked, fewest)
    parts: dict[Part, int] = defaultdict(int)
    for group, part in plan.items():
        parts[part] += asked[group]
    groups = [{"part": part.value, "asked": parts[part]} for part in Part if part in parts]
    report = OthersReport(assessment=assessment, groups=groups, released_at=at)
    counted = folding.countable(asked, fewest)
    answers: dict[int, dict[Part, list[int]]] = defaultdict(lambda: defaultdict(list))
    for rater in raters:
        for rating in sent[rater.pk].ratings.all() if rater.pk in sent else ():
            if rating.level is not None and _group(rater) in counted:
                answers[rating.version_id][counted[_group(rater)]].append(rating.level)
    levels = [
        OthersLevel(
            report=report, group=view.part, version_id=version, raters=view.raters, level_hundredths=view.hundredths
        )
        for version, by_part in sorted(answers.items())
        for view in folding.fold(by_part, fewest)
    ]
    answered = [sent[rater.pk] for rater in raters if rater.pk in sent]
    comments = list(_comments(report, answered, random)) if len(answered) >= fewest else []
    return report, levels, comments


def _comments(report: OthersReport, answered: Sequence[Feedback], random: Random) -> Iterator[OthersComment]:
    """Each question is shuffled by itself, so that no two places belong to one writer."""
    for question, name in ((OthersComment.Question.KEEP, "keep_doing"), (OthersComment.Question.TRY, "try_next")):
        texts = [text for feedback in answered if (text := getattr(feedback, name).strip())]
        random.shuffle(texts)
        for place, text in enumerate(texts, start=1):
            yield OthersComment(report=report, question=question, place=place, text=text)


def _group(rater: Rater) -> Part:
    return PART_OF[Rater.Group(rater.group)]


def _forget(assessments: Sequence[int]) -> None:
    """Delete single answers, sent or not, and the links that led to them."""
    FeedbackRating.objects.filter(feedback__rater__assessment__in=assessments).delete()
    Feedback.objects.filter(rater__assessment__in=assessments).delete()
    Rater.objects.filter(assessment__in=assessments, token_digest__isnull=False).update(token_digest=None)


@transaction.atomic
def _finish(cycle: ReviewCycle, *, at: datetime) -> int:
    cycle = ReviewCycle.objects.select_for_update().get(pk=cycle.pk)
    reports = Assessment.objects.filter(cycle=cycle, others_report__isnull=False)
    if cycle.released_at:
        return reports.count()
    leftovers = Feedback.objects.filter(rater__assessment__cycle=cycle).values_list("rater__assessment_id", flat=True)
    _forget(list(leftovers))  # of raters who are asked no longer
    externals.forget(Rater.objects.filter(assessment__cycle=cycle))
    mail.forget([reminding.DUE], key_prefix=reminding.KEY)  # those that never arrived
    cycle.released_at = at
    cycle.save(update_fields=["released_at"])
    told = list(reports.filter(employee__is_active=True).values_list("employee__user_id", flat=True))
    text = f"{cycle}: the report of those who were asked about you is ready. You read it first."
    notify.tell_all(told, f"others-report:{cycle.pk}", text, reverse("reviews:mine"), at)
    audit.record("360 reports made", cycle, by=None, changes={"reports": reports.count()})
    return reports.count()
