from django.apps import AppConfig

from core import personal_data


class DevelopmentConfig(AppConfig):
    name = "development"
    label = "development"

    def ready(self) -> None:
        from development.queries import personal  # noqa: PLC0415 - needs the models
        from development.services import erasure  # noqa: PLC0415

        personal_data.register("development", personal.about, eraser=erasure.erase)
