from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "commonground.directory"
    label = "directory"
