from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class PeopleConfig(AppConfig):
    name = "people"
    label = "people"

    def ready(self) -> None:
        from core import personal_data  # noqa: PLC0415 - models are ready only now
        from people import sessions  # noqa: PLC0415
        from people.queries import profile  # noqa: PLC0415

        user_logged_in.connect(sessions.mark_beginning, dispatch_uid="people.sessions.mark_beginning")
        personal_data.register("people", profile.personal_data)
