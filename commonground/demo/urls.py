from django.urls import path

from . import views

app_name = "demo"
urlpatterns = [
    path("", views.front, name="front"),
    path("sign-in/", views.sign_in_as, name="sign_in_as"),
    path("mails/", views.mails, name="mails"),
    path("clock/", views.clock, name="clock"),
]
