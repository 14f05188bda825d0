"""The public site at the root, and the room of its editors under /cms/."""

from allauth.account.views import logout
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse_lazy
from django.views.generic import RedirectView
from wagtail.admin.auth import require_admin_access
from wagtail.admin.urls import urlpatterns as editor_routes
from wagtail.urls import serve_pattern
from wagtail.views import serve

from commonground.core.access import CLOSED, SIGNED_IN, fence, guard, only_for, public_page
from commonground.people.roles import EDITORS

from . import views
from .cache import in_one_go

EDITING = only_for(*sorted(EDITORS))

NOT_OFFERED = {
    # accounts and roles are the practice's, not Wagtail's
    "wagtailusers_users",
    "wagtailusers_groups",
    "wagtailadmin_login",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
    # one practice, one site; nothing on it is for some visitors only
    "wagtailsites",
    "wagtailadmin_pages:set_privacy",
    "wagtailadmin_collections:set_privacy",
    # two people in a kitchen need no workflow; both may publish
    "wagtailadmin_workflows",
    # pictures are redrawn one at a time, and only their renditions are ever sent
    "wagtailimages:edit_multiple",
    "wagtailimages:create_multiple_from_uploaded_image",
    "wagtailimages:delete_multiple",
    "wagtailimages:delete_upload_multiple",
    "wagtailimages:url_generator",
    "wagtailimages:url_generator_output",
    # lists of addresses are not loaded from files
    "wagtailredirects:start_import",
    "wagtailredirects:process_import",
    "wagtailadmin_error_test",
}


WRITING = {
    "wagtailadmin_pages:add",
    "wagtailadmin_pages:edit",
    "wagtailadmin_pages:copy",
}
MOVING = {
    "wagtailadmin_pages:set_page_position",
    "wagtailadmin_pages:move_confirm",
    "wagtailadmin_pages:delete",
    "wagtailadmin_pages:unpublish",
    "wagtail_bulk_action",
    "wagtailimages:edit",
    "wagtailimages:delete",
}
"""Where an editor changes what visitors see: done in one transaction, audit line included."""


def fence_editor(patterns: list[URLPattern | URLResolver], space: str = "") -> None:
    """Put coordinators and owners before Wagtail's routes, and close those not offered."""
    for pattern in patterns:
        name = getattr(pattern, "namespace", None) or getattr(pattern, "name", None) or ""
        full = f"{space}:{name}" if space and name else name
        if {name, full} & NOT_OFFERED:
            fence([pattern], CLOSED)
        elif isinstance(pattern, URLResolver):
            fence_editor(pattern.url_patterns, name or space)
        else:
            if full in WRITING | MOVING:
                pattern.callback = in_one_go(pattern.callback, moves=full in MOVING)
            fence([pattern], EDITING)


fence_editor(editor_routes)
one_at_a_time = RedirectView.as_view(url=reverse_lazy("wagtailimages:add"))

urlpatterns: list[URLPattern | URLResolver] = [
    path("cms/login/", views.to_sign_in),
    path("cms/logout/", guard(SIGNED_IN)(logout)),
    path("cms/account/", guard(EDITING)(require_admin_access(views.Preferences.as_view()))),
    path("cms/images/multiple/add/", guard(EDITING)(one_at_a_time)),
    path("cms/", include(editor_routes)),
    path("self-check/<slug:slug>/", views.self_check, name="self_check"),
    path("sitemap.xml", views.sitemap, name="sitemap"),
    re_path(serve_pattern, public_page(serve), name="wagtail_serve"),
]
