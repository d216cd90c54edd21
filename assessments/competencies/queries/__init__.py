"""Reads of the library and the role profiles. The names below are what other apps may read."""

from assessments.competencies.queries.profiles import LibraryEvidence, RoleNeeds, expected_of, library_evidence
from assessments.competencies.queries.texts import LevelText, levels_of, with_text

__all__ = ["LevelText", "LibraryEvidence", "RoleNeeds", "expected_of", "levels_of", "library_evidence", "with_text"]
