"""The few pages that belong to the house itself: health, pictures, errors, help in a crisis."""

import re
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from .access import public

PICTURES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
PICTURE_NAME = re.compile(r"[\w-][\w.-]{0,200}")
STRICT = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"
CRISIS = (Path(__file__).parent / "crisis.html").read_bytes()
"""Read once, as the program starts: nothing needs to be found when it is needed."""


def crisis_without_house() -> HttpResponse:
    """Help in a crisis, from memory: no database, template, translation or setting is asked."""
    own = settings.DATA / "crisis.html"
    try:
        page = own.read_bytes() or CRISIS
    except OSError:
        page = CRISIS
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": STRICT,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    return HttpResponse(page, content_type="text/html; charset=utf-8", headers=headers)


@public
def up(request: HttpRequest) -> HttpResponse:
    """Whether this node answers and reaches its database; for a proxy's health check."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return HttpResponse("no database\n", content_type="text/plain", status=503)
    return HttpResponse("up\n", content_type="text/plain")


@public
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: the public site of a practice, nothing of the demo."""
    closed = ["/"] if settings.GROUND_DEMO else ["/account/", "/cms/", "/home/", "/practice/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    if not settings.GROUND_DEMO:
        lines.append(f"Sitemap: {settings.GROUND_URL}/sitemap.xml")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


@public
def picture(request: HttpRequest, name: str) -> HttpResponseBase:
    """A picture of the public site, as it was re-encoded; originals are never sent."""
    kind = PICTURES.get(Path(name).suffix.lower())
    if kind is None or not PICTURE_NAME.fullmatch(name):
        raise Http404
    try:
        file = default_storage.open(f"images/{name}")
    except OSError as error:
        raise Http404 from error
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return FileResponse(file, content_type=kind, headers=headers)


def _page(request: HttpRequest, name: str, status: int) -> HttpResponse:
    try:
        return render(request, f"errors/{name}.html", status=status)
    except Exception:  # a broken template must not hide what went wrong
        return _bare(name, status)


def _bare(name: str, status: int) -> HttpResponse:
    """An error page read as a file: no context, no database, no template tags."""
    try:
        page = (settings.HOUSE / "templates" / "errors" / f"{name}.html").read_bytes()
    except OSError:
        page = b""
    if not page or b"{%" in page or b"{{" in page:
        page = b"<!doctype html><html lang=en><title>Common Ground</title><h1>%d</h1>" % status
    return HttpResponse(page, status=status)


@public
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _bare("400", 400)


@public
def forbidden(
    request: HttpRequest, exception: Exception | None = None, reason: str = ""
) -> HttpResponse:
    """Also shown when a form's token is missing or too old."""
    return _page(request, "403", 403)


@public
def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(request, "404", 404)


@public
def broken(request: HttpRequest) -> HttpResponse:
    """Something failed: a page that needs nothing which may have failed too."""
    return _bare("500", 500)
