from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WebsiteConfig(AppConfig):
    name = "commonground.website"
    label = "website"

    def ready(self) -> None:
        from .actions import open_to_editors

        post_migrate.connect(
            lambda **kwargs: open_to_editors(), sender=self, weak=False, dispatch_uid="editors"
        )
