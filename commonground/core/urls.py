"""The few addresses that belong to the house itself. /crisis/ is answered by its middleware."""

from django.urls import path

from . import views

urlpatterns = [
    path("up/", views.up, name="up"),
    path("robots.txt", views.robots, name="robots"),
    path("media/images/<str:name>", views.picture, name="picture"),
]
