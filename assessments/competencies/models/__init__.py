"""The yardstick: the competency library and what each job role needs of it."""

from assessments.competencies.models.documents import Document
from assessments.competencies.models.imports import LibraryImport, LibraryImportLine
from assessments.competencies.models.library import (
    HIGHEST_LEVEL,
    LOWEST_TOP,
    Cluster,
    Competency,
    CompetencyVersion,
    Framework,
    Indicator,
    LearningKind,
    Level,
    Scale,
    reads_drafts,
)
from assessments.competencies.models.profiles import Expectation, ProfileSet, RoleProfile

__all__ = [
    "HIGHEST_LEVEL",
    "LOWEST_TOP",
    "Cluster",
    "Competency",
    "CompetencyVersion",
    "Document",
    "Expectation",
    "Framework",
    "Indicator",
    "LearningKind",
    "Level",
    "LibraryImport",
    "LibraryImportLine",
    "ProfileSet",
    "RoleProfile",
    "Scale",
    "reads_drafts",
]
