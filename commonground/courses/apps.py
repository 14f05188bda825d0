from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "commonground.courses"
    label = "courses"

    def ready(self) -> None:
        from . import checks  # noqa: F401  a bad file is refused at start
