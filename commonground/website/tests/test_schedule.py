"""Pages that go out and come back by the clock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commonground.core.models import AuditEvent
from commonground.website import jobs
from commonground.website.tests.small_site import NOW, address, approach, found, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def tomorrow():
    """A page that is to go out tomorrow, as the machine's own clock has it."""
    found("emdr")
    page = approach("emdr")
    page.unpublish()
    page.go_live_at = timezone.now() + timedelta(days=1)
    page.save_revision().publish()
    return page.go_live_at


def status():
    return visitor().get(address("emdr")).status_code


def test_a_page_does_not_go_out_before_its_hour(tomorrow):
    jobs.publish_scheduled(tomorrow - timedelta(minutes=1))
    assert status() == 404


def test_a_page_goes_out_when_the_demos_clock_reaches_its_hour(tomorrow):
    jobs.publish_scheduled(tomorrow)
    assert status() == 200


def test_a_page_that_has_gone_out_is_not_sent_out_again(tomorrow):
    jobs.publish_scheduled(tomorrow)
    jobs.publish_scheduled(tomorrow + timedelta(minutes=1))
    assert AuditEvent.objects.filter(verb="website.page.published").count() == 1


def test_a_page_whose_time_is_over_is_taken_back():
    found("emdr")
    page = approach("emdr")
    type(page).objects.filter(pk=page.pk).update(expire_at=NOW)
    jobs.publish_scheduled(NOW)
    assert status() == 404
    assert AuditEvent.objects.filter(verb="website.page.unpublished").count() == 1
