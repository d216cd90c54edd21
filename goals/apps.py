from django.apps import AppConfig

from core import personal_data


class GoalsConfig(AppConfig):
    name = "goals"
    label = "goals"

    def ready(self) -> None:
        from goals.queries import personal  # noqa: PLC0415 - models can be imported once the apps are loaded
        from goals.services import erasure  # noqa: PLC0415

        personal_data.register("goals", personal.about, eraser=erasure.erase)
