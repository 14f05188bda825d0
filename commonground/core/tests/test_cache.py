"""Public pages come whole from the store, alike for everybody, and never old."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from .. import cache, clock
from ..models import Generation, PublicPage, Tick

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LAYERS = [
    "commonground.core.middleware.Crisis",
    "django.middleware.security.SecurityMiddleware",
    "commonground.core.middleware.Moment",
    "commonground.core.middleware.PublicPages",
    "commonground.core.middleware.Headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


@pytest.fixture(autouse=True)
def house(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = "commonground.core.tests.house_urls"
    settings.MIDDLEWARE = LAYERS
    settings.GROUND_DEMO = False
    cache.begin()
    with clock.frozen(NOON):
        yield


def say(words: str, *, and_bump: bool = True) -> None:
    """Change what the page says, as an editor's action does."""
    with transaction.atomic():
        Tick.objects.create(name=words, slot=NOON + timedelta(seconds=Tick.objects.count()))
        if and_bump:
            cache.bump()


def get(path: str = "/page/", **extra: Any) -> Any:
    return Client().get(path, **extra)


def test_a_kept_page_costs_one_statement() -> None:
    get(), get()
    with CaptureQueriesContext(connection) as asked:
        response = get()
    assert response.status_code == 200
    assert [q["sql"].split()[0] for q in asked.captured_queries] == ["SELECT"]


def test_a_change_is_seen_at_once() -> None:
    get()
    say("Autumn comes.")
    assert b"Autumn comes." in get().content


def test_without_the_bump_the_old_page_stays() -> None:
    """The control of the test above: it is the bump that makes the change seen."""
    get()
    say("Autumn comes.", and_bump=False)
    assert b"Autumn comes." not in get().content


def test_a_page_rendered_before_a_change_is_not_kept_after_it(monkeypatch: Any) -> None:
    """An editor publishes while a slow visitor's page is being rendered from the old words."""
    keep = cache.keep

    def slowly(*args: Any) -> Any:
        say("Autumn comes.")
        return keep(*args)

    monkeypatch.setattr(cache, "keep", slowly)
    get()
    monkeypatch.setattr(cache, "keep", keep)
    assert b"Autumn comes." in get().content


def test_a_rollback_keeps_the_pages() -> None:
    get()
    with pytest.raises(RuntimeError), transaction.atomic():
        cache.bump()
        raise RuntimeError
    assert PublicPage.objects.get().generation == Generation.objects.get().number


@pytest.mark.django_db(transaction=True)
def test_a_bump_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        cache.bump()


def test_another_process_finds_the_page_in_the_store() -> None:
    get()
    cache.HELD.clear()
    with CaptureQueriesContext(connection) as asked:
        get()
    assert [q["sql"].split()[0] for q in asked.captured_queries] == ["SELECT", "SELECT"]


def test_a_page_held_before_a_rollback_is_not_served_after_it() -> None:
    """Were numbers counted up, the second change would find the page of the first."""
    with pytest.raises(RuntimeError), transaction.atomic():
        say("Never said.")
        get(), get()
        raise RuntimeError
    say("Autumn comes.")
    assert b"Never said." not in get().content


def test_a_process_does_not_hold_pages_without_end(monkeypatch: Any) -> None:
    monkeypatch.setattr(cache, "ROOM", 2)
    for path in ("/page/", "/crisis/", "/page/", "/crisis/"):
        for packing in ("gzip", "br"):
            get(path, headers={"accept-encoding": packing})
    assert len(cache.HELD) <= 2


def test_the_first_bump_needs_no_row() -> None:
    Generation.objects.all().delete()
    say("Autumn comes.")
    assert Generation.objects.count() == 1


def test_yesterdays_page_is_not_served() -> None:
    get()
    say("Autumn comes.", and_bump=False)
    with clock.frozen(NOON + timedelta(days=1)):
        assert b"Autumn comes." in get().content


def test_everybody_gets_the_same_page_whatever_their_cookies() -> None:
    first = Client()
    first.cookies["sessionid"] = "somebody"
    assert first.get("/page/").content == get().content
    assert PublicPage.objects.count() == 1


def test_a_page_is_rendered_without_the_visitors_cookies() -> None:
    """Even a page that greets by name has no name to greet with."""
    visitor = Client()
    session = visitor.session
    session["name"] = "Ada"
    session.save()
    visitor.cookies["sessionid"] = session.session_key
    assert visitor.get("/who/").content == b"Hello, you."


@pytest.mark.parametrize("path", ["/who/", "/token/", "/biscuit/", "/nonce/", "/gone/"])
def test_what_varies_by_visitor_or_is_not_a_page_is_not_kept(path: str) -> None:
    get(path)
    assert not PublicPage.objects.exists()


def test_what_is_kept_is_kept() -> None:
    """The control of the test above: an ordinary page is."""
    get()
    assert PublicPage.objects.count() == 1


def test_an_answer_to_a_question_is_held_but_never_stored() -> None:
    first = get("/page/?q=1")
    with CaptureQueriesContext(connection) as asked:
        second = get("/page/?q=1")
    assert len(asked) == 1
    assert second.content == first.content
    assert not PublicPage.objects.exists()


def test_two_questions_have_two_answers() -> None:
    get("/page/?q=1")
    with CaptureQueriesContext(connection) as asked:
        get("/page/?q=2")
    assert len(asked) > 1


def test_a_held_answer_is_never_older_than_a_change() -> None:
    get("/page/?q=1")
    say("Autumn comes.")
    assert b"Autumn comes." in get("/page/?q=1").content


def test_without_the_bump_the_old_answer_stays() -> None:
    """The control of the test above."""
    get("/page/?q=1")
    say("Autumn comes.", and_bump=False)
    assert b"Autumn comes." not in get("/page/?q=1").content


def test_questions_without_end_do_not_fill_the_process(monkeypatch: Any) -> None:
    monkeypatch.setattr(cache, "ROOM_FOR_ANSWERS", 2)
    for number in range(5):
        get(f"/page/?q={number}")
    assert len(cache.ANSWERS) <= 2


def test_an_answer_that_varies_by_visitor_is_not_held() -> None:
    get("/who/?q=1")
    assert not cache.ANSWERS


def test_a_page_that_is_not_marked_public_keeps_its_cookies() -> None:
    visitor = Client()
    visitor.cookies["a"] = "b"
    assert visitor.get("/personal/").content == b"cookies: ['a']"
    assert not PublicPage.objects.exists()


def test_a_post_is_never_answered_from_the_store() -> None:
    get()
    say("Autumn comes.", and_bump=False)
    assert b"Autumn comes." in Client().post("/page/").content


def test_a_foreign_host_is_refused_and_not_kept() -> None:
    get()
    assert get(headers={"host": "elsewhere.example"}).status_code == 400


def test_ports_at_will_do_not_fill_the_store() -> None:
    for port in range(8001, 8011):
        get(headers={"host": f"localhost:{port}"})
    assert not PublicPage.objects.exists()


def test_two_schemes_do_not_share_a_page() -> None:
    get()
    get(secure=True)
    assert PublicPage.objects.count() == 2


def test_the_kept_page_is_packed_for_who_can_unpack() -> None:
    plain = get()
    packed = get(headers={"accept-encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert "Content-Encoding" not in get()


def test_a_known_page_is_not_sent_again() -> None:
    get()
    tag = get()["ETag"]
    again = get(headers={"if-none-match": f'"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert get(headers={"if-none-match": '"other"'}).status_code == 200


def test_first_and_kept_answer_carry_the_same_policies() -> None:
    first, kept = dict(get().items()), dict(get().items())
    assert kept.pop("Content-Length")
    assert first.pop("Content-Length")
    assert first == kept
    assert kept["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert kept["Vary"] == "Accept-Encoding"
    assert "default-src 'none'" in kept["Content-Security-Policy"]
    assert "Set-Cookie" not in kept


def test_a_store_that_cannot_be_written_loses_no_page(monkeypatch: Any) -> None:
    from django.db import OperationalError

    def full(*args: Any) -> Any:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(cache, "keep", full)
    assert get().status_code == 200


def test_stale_pages_are_let_go() -> None:
    get()
    assert not PublicPage.objects.stale(NOON.date()).exists()
    assert PublicPage.objects.stale(NOON.date() + timedelta(days=1)).count() == 1
    say("Autumn comes.")
    assert PublicPage.objects.stale(NOON.date()).count() == 1


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server to lose")
@pytest.mark.django_db(transaction=True)
def test_a_server_that_hung_up_costs_no_visitor_the_page() -> None:
    import psycopg

    get(), get()
    told = connection.get_connection_params()
    lost = connection.connection.info.backend_pid
    with psycopg.connect(**{k: v for k, v in told.items() if k in {"host", "user", "dbname"}}) as c:
        c.execute("SELECT pg_terminate_backend(%s, 5000)", [lost])
    assert get().status_code == 200
    with CaptureQueriesContext(connection) as asked:
        assert get().status_code == 200
    assert len(asked) == 1
