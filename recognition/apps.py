from django.apps import AppConfig

from core import personal_data


class RecognitionConfig(AppConfig):
    name = "recognition"
    label = "recognition"

    def ready(self) -> None:
        from recognition.queries import personal  # noqa: PLC0415 - needs the models
        from recognition.services import erasure  # noqa: PLC0415

        personal_data.register("recognition", personal.about, eraser=erasure.erase)
