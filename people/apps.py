from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class PeopleConfig(AppConfig):
    name = "people"
    label = "people"

    def ready(self) -> None:
        from allauth.mfa import signals  # noqa: PLC0415 - models are ready only now

        from core import personal_data  # noqa: PLC0415 - models are ready only now
        from people import second_step, sessions  # noqa: PLC0415
        from people.queries import profile  # noqa: PLC0415

        user_logged_in.connect(sessions.mark_beginning, dispatch_uid="people.sessions.mark_beginning")
        signals.authenticator_added.connect(second_step.note_added, dispatch_uid="people.second_step.added")
        signals.authenticator_removed.connect(second_step.note_removed, dispatch_uid="people.second_step.removed")
        signals.authenticator_reset.connect(second_step.note_new_codes, dispatch_uid="people.second_step.reset")
        personal_data.register("people", profile.personal_data)
