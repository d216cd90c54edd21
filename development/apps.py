from django.apps import AppConfig

from core import personal_data


class DevelopmentConfig(AppConfig):
    name = "development"
    label = "development"

    def ready(self) -> None:
        from assessments.competencies import uses  # noqa: PLC0415 - models are ready only now
        from assessments.reviews import offers  # noqa: PLC0415
        from development.queries import library, personal  # noqa: PLC0415
        from development.queries import offers as suggested  # noqa: PLC0415
        from development.services import erasure  # noqa: PLC0415

        uses.register("learning activity", "learning activities", library.activities_by_competency)
        personal_data.register("development", personal.about, eraser=erasure.erase)
        offers.register(suggested.offers_for)
