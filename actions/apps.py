from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "actions"
    label = "actions"

    def ready(self) -> None:
        from actions.queries import origin, personal  # noqa: PLC0415 - models are ready only now
        from assessments.surveys import promises  # noqa: PLC0415
        from core import personal_data  # noqa: PLC0415

        personal_data.register("actions", personal.about)
        promises.register(personal.promised, origin.address)
