from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "commonground.measures"
    label = "measures"

    def ready(self) -> None:
        from . import checks  # noqa: F401  a bad file is refused at start
