from django.apps import AppConfig


class EnquiriesConfig(AppConfig):
    name = "commonground.enquiries"
    label = "enquiries"
