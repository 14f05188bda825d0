import os
from functools import lru_cache

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation.trans_real import DjangoTranslation


class CoreConfig(AppConfig):
    name = "commonground.core"
    label = "core"

    def ready(self) -> None:
        os.umask(0o077)  # whatever this process writes is for its owner alone

        from . import checks  # noqa: F401  registers the checks
        from .forms import speak_kindly
        from .models import guards

        speak_kindly()
        _keep_sentences()
        post_migrate.connect(guards.after_migrate, dispatch_uid="core.guards")
        autodiscover_modules("jobs")


def _keep_sentences() -> None:
    """Look each sentence up once for each language. Most are in no catalogue, being English as
    they stand, and would be looked for in all of them whenever a page is drawn."""
    known = lru_cache(maxsize=16_384)(DjangoTranslation.gettext)
    DjangoTranslation.gettext = known  # type: ignore[method-assign]
