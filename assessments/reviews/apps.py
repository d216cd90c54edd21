from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "assessments.reviews"
    label = "reviews"

    def ready(self) -> None:
        from assessments.competencies import uses  # noqa: PLC0415 - models are ready only now
        from assessments.reviews import erasure  # noqa: PLC0415
        from assessments.reviews.queries import personal, usage  # noqa: PLC0415
        from core import personal_data  # noqa: PLC0415

        personal_data.register("reviews", personal.about, eraser=erasure.erase)
        personal_data.register("support_cases", personal.support_cases)
        uses.register("review cycle", "review cycles", usage.cycles_by_competency)
