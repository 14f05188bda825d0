"""The directory for visitors, and the listings for those whose they are."""

from django.urls import path

from . import views

urlpatterns = [
    path("therapists/", views.therapists, name="therapists"),
    path("therapists/<slug:slug>/", views.therapist, name="therapist"),
    path("listing/", views.my_listing, name="my_listing"),
    path("listings/", views.listings, name="listings"),
    path("listings/<uuid:pk>/", views.listing, name="listing"),
    path("listings/<uuid:pk>/preview/", views.preview, name="listing_preview"),
    path("listings/<uuid:pk>/confirm/", views.confirm, name="listing_confirm"),
    path("listings/<uuid:pk>/credentials/new/", views.credential, name="credential_new"),
    path("listings/<uuid:pk>/credentials/<uuid:credential>/", views.credential, name="credential"),
    path(
        "listings/<uuid:pk>/credentials/<uuid:credential>/verify/",
        views.verify,
        name="credential_verify",
    ),
    path(
        "listings/<uuid:pk>/credentials/<uuid:credential>/remove/",
        views.remove,
        name="credential_remove",
    ),
]
