from django.apps import AppConfig


class ActionsConfig(AppConfig):
    name = "actions"
    label = "actions"

    def ready(self) -> None:
        from actions.queries import origin, personal, told  # noqa: PLC0415 - models are ready only now
        from actions.services import erasure, obstacles  # noqa: PLC0415
        from assessments.surveys import promises  # noqa: PLC0415
        from assessments.surveys import told as customers_told  # noqa: PLC0415
        from core import personal_data  # noqa: PLC0415
        from goals import obstacles as goal_obstacles  # noqa: PLC0415

        personal_data.register("actions", personal.about, eraser=erasure.erase)
        promises.register(personal.promised, origin.address, origin.first_step)
        customers_told.register(told)
        goal_obstacles.register(obstacles.from_check_in)
