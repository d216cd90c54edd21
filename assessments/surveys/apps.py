from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "assessments.surveys"
    label = "surveys"

    def ready(self) -> None:
        from assessments.surveys.queries import personal  # noqa: PLC0415 - models are ready only now
        from assessments.surveys.services import erasure  # noqa: PLC0415
        from core import personal_data  # noqa: PLC0415

        personal_data.register("surveys", personal.about, eraser=erasure.erase)
