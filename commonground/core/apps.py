import os

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "commonground.core"
    label = "core"

    def ready(self) -> None:
        os.umask(0o077)  # whatever this process writes is for its owner alone

        from . import checks  # noqa: F401  registers the checks
        from .forms import speak_kindly
        from .models import guards

        speak_kindly()
        post_migrate.connect(guards.after_migrate, dispatch_uid="core.guards")
        autodiscover_modules("jobs")
