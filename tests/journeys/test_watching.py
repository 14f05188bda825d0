"""The watchers of the journeys see what they are there to see."""

import pytest

from tests.journeys.conftest import Watch, barriers

pytestmark = pytest.mark.journey


@pytest.fixture
def page(chrome):
    context = chrome.new_context()
    context.watch = Watch()
    context.watch.on(context)
    yield context.new_page()
    context.close()


def test_a_request_to_a_foreign_host_is_seen(page):
    page.set_content('<img src="https://example.org/pixel.png" alt="">')
    page.wait_for_load_state()
    assert page.context.watch.faults == ["asked a foreign host: https://example.org/pixel.png"]


def test_a_breach_of_the_content_policy_is_seen(page):
    policy = "<meta http-equiv='Content-Security-Policy' content=\"script-src 'self'\">"
    page.set_content(f"{policy}<p>x</p><script>go()</script>")
    assert any("Content Security Policy" in fault for fault in page.context.watch.faults)


def test_an_error_in_a_script_is_seen(page):
    page.set_content("<script>nobody()</script>")
    assert page.context.watch.faults


def test_a_barrier_is_seen(page):
    page.set_content("<html lang='en'><title>x</title><main><img src='data:,'></main></html>")
    assert any("image-alt" in barrier for barrier in barriers(page))


def test_a_clean_page_has_no_barrier(page):
    page.set_content("<html lang='en'><title>x</title><main><h1>x</h1></main></html>")
    assert barriers(page) == []
