"""A small house for the tests of core: one public page, one personal one, and the pages of core."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import include, path

from .. import views
from ..access import public, public_page
from ..models import Tick


@public_page
def page(request: HttpRequest) -> HttpResponse:
    """Reads its words from the database, as a page of the site does."""
    told = Tick.objects.order_by("slot").values_list("name", flat=True).last() or "nothing yet"
    return HttpResponse(f"<h1>{told}</h1>" + "<p>Spring comes.</p>" * 50)


@public_page
def who(request: HttpRequest) -> HttpResponse:
    """A public page that forgets itself and greets."""
    return HttpResponse(f"Hello, {request.session.get('name', 'you')}.")


@public_page
def token(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_token(request))


@public_page
def biscuit(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("crumbs")
    response.set_cookie("crumb", "1")
    return response


@public_page
def nonce(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<script nonce='{request.csp_nonce}'></script>")  # type: ignore[attr-defined]


@public_page
def gone(request: HttpRequest) -> HttpResponse:
    return HttpResponse("gone", status=410)


@public
def personal(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"cookies: {sorted(request.COOKIES)}")


@public
def throws(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("canary-of-a-patient")


@public_page
def crisis(request: HttpRequest) -> HttpResponse:
    return page(request)  # type: ignore[return-value]


urlpatterns = [
    path("page/", page),
    path("who/", who),
    path("token/", token),
    path("biscuit/", biscuit),
    path("nonce/", nonce),
    path("gone/", gone),
    path("personal/", personal),
    path("throws/", throws),
    path("crisis/", crisis),
    path("cms/", personal),
    path("account/", personal),
    path("", include("commonground.core.urls")),
]
handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.missing
handler500 = views.broken
