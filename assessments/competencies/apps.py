from django.apps import AppConfig


class CompetenciesConfig(AppConfig):
    name = "assessments.competencies"
    label = "competencies"
