from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "commonground.scheduling"
    label = "scheduling"
