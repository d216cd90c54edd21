from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "assessments.reviews"
    label = "reviews"

    def ready(self) -> None:
        from assessments.reviews import erasure  # noqa: PLC0415 - models are ready only now
        from assessments.reviews.queries import personal  # noqa: PLC0415
        from core import personal_data  # noqa: PLC0415

        personal_data.register("reviews", personal.about, eraser=erasure.erase)
