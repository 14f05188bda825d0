"""Every way into the house, one line a room."""

from django.urls import URLPattern, URLResolver, include, path

from commonground.demo.views import styleguide

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("commonground.core.urls")),
    path("", include("commonground.people.urls")),
    path("", include("commonground.scheduling.urls")),
    path("", include("commonground.measures.urls")),
    path("", include("commonground.directory.urls")),
    path("", include("commonground.courses.urls")),
    path("", include("commonground.enquiries.urls")),
    path("demo/", include("commonground.demo.urls")),
    path("styleguide/", styleguide, name="styleguide"),
    path("", include("commonground.website.urls")),  # last: its pages take what is left
]

handler400 = "commonground.core.views.bad_request"
handler403 = "commonground.core.views.forbidden"
handler404 = "commonground.core.views.missing"
handler500 = "commonground.core.views.broken"
