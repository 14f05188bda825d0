"""What visitors see of the directory, when they see it, and what bad questions are answered."""

import re
from datetime import time, timedelta

import pytest
from django.core.cache import cache as shared
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commonground.core import audit, cache, clock
from commonground.core.models import Generation, Mail
from commonground.directory import actions, jobs
from commonground.directory.models import Approach, Credential, Profile
from commonground.directory.tests.cards import DAY, NOW, enlist, practice, therapist
from commonground.people import actions as people
from commonground.people.models import Care, Therapist
from commonground.people.roles import Role
from commonground.people.tests.front_office import client_of
from commonground.scheduling import actions as diary
from commonground.scheduling.models import NextFree, TimeOff, WeeklyHours

pytestmark = pytest.mark.django_db
LIST = "/therapists/"


@pytest.fixture(autouse=True)
def held(at):
    shared.clear()
    with at(NOW):
        yield


@pytest.fixture
def visitor():
    return Client(HTTP_HOST="localhost:8000")


def words(visitor, path: str) -> str:
    """What is read at this address, without markup."""
    page = visitor.get(path).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))


def names(visitor, path: str = LIST) -> list[str]:
    page = visitor.get(path).content.decode()
    return re.findall(r'<h3><a href="/therapists/[^"]+">([^<]+)', page)


# ——— finding ———


def test_the_list_and_the_page_of_a_therapist_are_read_by_anybody(visitor):
    enlist()
    assert names(visitor) == ["Miriam Adeyemi"]
    assert "Slowly, and with care." in words(visitor, "/therapists/miriam-adeyemi/")


def test_filters_combine(visitor):
    enlist("Miriam Adeyemi")
    enlist("Tomas Wren", young_from=14, young_to=18, online=True)
    enlist("Ned Full", young_from=14, young_to=18, online=True, capacity=0)
    asked = "?approach=interpersonal-therapy&age=16&where=online&taking=1"
    assert names(visitor, LIST + asked) == ["Tomas Wren"]


def test_words_are_looked_for_in_name_sentence_and_text(visitor):
    enlist("Ada Marr", headline="Grief, mostly", about="I sail.")
    enlist("Béla Noor", headline="Work", about="I walk.")
    assert names(visitor, LIST + "?q=GRIEF") == names(visitor, LIST + "?q=sail") == ["Ada Marr"]
    assert names(visitor, LIST + "?q=bela") == ["Béla Noor"]


def test_each_chosen_filter_can_be_dropped_by_a_link(visitor):
    enlist()
    page = visitor.get(LIST + "?approach=interpersonal-therapy&taking=1").content.decode()
    assert 'href="/therapists/?approach=interpersonal-therapy"' in page
    assert 'href="/therapists/?taking=1"' in page


def test_when_nobody_fits_the_page_says_which_wish_to_leave_out(visitor):
    enlist()
    told = words(visitor, LIST + "?approach=interpersonal-therapy&language=cy")
    assert "Nobody fits all of this" in told
    assert "Without “Welsh” one therapist" in told.replace("&quot;", "")
    assert "Without “Interpersonal Therapy”" not in told


def test_structured_data_call_a_therapist_a_person_and_end_no_script(visitor):
    enlist(headline="</script><script>alert(1)</script>")
    page = visitor.get("/therapists/miriam-adeyemi/").content.decode()
    assert '"@type": "Person"' in page
    assert "<script>alert(1)" not in page


# ——— bad questions ———


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("age=400", "Please give an age between 5 and 110."),
        ("age=-3", "Please give an age between 5 and 110."),
        ("age=old", "Please write the age in years, as a number."),
        ("approach=nothing", "We do not have this choice."),
        ("where=moon", "We do not have this choice."),
        ("within=7", "We do not have this choice."),
        ("language=xx", "We do not have this choice."),
        ("focus=__class__", "We do not have this choice."),
        ("who=everybody", "We do not have this choice."),
        ("page=0", "could not be read"),
        ("page=99999999999999999999", "could not be read"),
        ("q=" + "word+" * 9, "Please look for eight words at most."),
        ("q=" + "x" * 101, "could not be read"),
        ("q=%00", "could not be read"),
        ("approach=%00", "We do not have this choice."),
    ],
)
def test_a_question_out_of_range_is_answered_with_a_sentence(visitor, asked, sentence):
    enlist()
    assert visitor.get(f"{LIST}?{asked}").status_code == 200
    assert sentence in words(visitor, f"{LIST}?{asked}")


@pytest.mark.parametrize(
    "typed",
    [
        "' OR 1=1 --",
        "'; DROP TABLE directory_profile; --",
        "%",
        "_",
        "\\",
        '"><script>alert(1)</script>',
        "{{ 7 }}",
        "\ud83d\ude00",
        "‮grief",
    ],
)
def test_code_in_words_finds_nobody_and_runs_nowhere(visitor, typed):
    enlist()
    answer = visitor.get(LIST, {"q": typed.encode("utf-8", "surrogatepass")})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert names(visitor, answer.request["PATH_INFO"] + "?" + answer.request["QUERY_STRING"]) == []
    assert "<script>alert(1)" not in page
    assert Profile.objects.count() == 1


@pytest.mark.parametrize(
    "key", ["therapist__user__password", "_connector", "shown", "words__contains", "pk", "room__lt"]
)
def test_a_key_that_is_no_filter_has_no_effect(visitor, key):
    enlist()
    assert names(visitor, f"{LIST}?{key}=x") == ["Miriam Adeyemi"]


def test_a_thousand_filters_are_answered_with_a_sentence(visitor):
    enlist()
    answer = visitor.get(LIST + "?" + "&".join(f"f{n}=1" for n in range(1500)))
    assert answer.status_code == 400
    assert "more than one can look for at once" in answer.content.decode()


def test_a_page_beyond_the_last_is_the_last(visitor):
    enlist()
    assert names(visitor, LIST + "?page=900") == ["Miriam Adeyemi"]


# ——— true now ———


def test_a_change_is_read_in_the_very_next_request_although_pages_are_kept(visitor):
    profile = enlist()
    assert "I work with grief." in words(visitor, LIST)
    profile.headline = "I work with couples."
    actions.save_listing(
        profile=profile,
        approaches=profile.approaches.all(),
        places=profile.places.all(),
        languages=["en"],
        focus=[],
        by=audit.SYSTEM,
        now=NOW,
    )
    assert "I work with couples." in words(visitor, LIST)


def test_control_without_the_number_the_old_page_would_be_shown(visitor, monkeypatch):
    profile = enlist()
    words(visitor, LIST)
    monkeypatch.setattr("commonground.core.cache.bump", lambda: None)
    Profile.objects.filter(pk=profile.pk).update(headline="Behind our back")
    assert "Behind our back" not in words(visitor, LIST)


def open_now(profile: Profile) -> bool:
    profile.refresh_from_db()
    return profile.taking


def test_a_full_diary_closes_a_listing_whatever_the_switch_says():
    profile = enlist(capacity=1)
    assert open_now(profile)
    client_of(profile.therapist.user)
    jobs.keep_up(NOW)
    assert profile.taking_clients and not open_now(profile)


def test_room_opens_again_when_care_ends():
    profile = enlist(capacity=1)
    client_of(profile.therapist.user)
    jobs.keep_up(NOW)
    Care.objects.update(ends_at=NOW)
    jobs.keep_up(NOW + timedelta(minutes=1))
    assert open_now(profile)


def test_somebody_with_hours_ahead_takes_up_one_place_however_many_hours():
    profile, lead = enlist(capacity=2), therapist("Tomas Brandt")
    seen_by_both = client_of(lead)
    for week in (1, 2, 3):
        diary.plan(
            therapist=profile.therapist,
            client=seen_by_both,
            starts_at=NOW + week * 7 * DAY,
            minutes=50,
            place=None,
            by=audit.SYSTEM,
            now=NOW,
        )
    jobs.keep_up(NOW)
    profile.refresh_from_db()
    assert profile.room == 1


def test_somebody_led_and_booked_is_counted_once():
    profile = enlist(capacity=2)
    client = client_of(profile.therapist.user)
    diary.plan(
        therapist=profile.therapist,
        client=client,
        starts_at=NOW + DAY,
        minutes=50,
        place=None,
        by=audit.SYSTEM,
        now=NOW,
    )
    jobs.keep_up(NOW)
    profile.refresh_from_db()
    assert profile.room == 1


def test_a_diary_that_fills_up_is_seen_on_kept_pages(visitor):
    profile = enlist(capacity=1)
    assert "Taking new clients, one place" in words(visitor, LIST)
    client_of(profile.therapist.user)
    jobs.keep_up(NOW)
    assert "Not taking new clients" in words(visitor, LIST)


def test_a_room_above_can_have_the_room_counted_at_once():
    profile = enlist(capacity=1)
    client_of(profile.therapist.user)
    actions.recount(therapist=profile.therapist, now=NOW)
    assert not open_now(profile)


def test_a_quiet_minute_leaves_kept_pages_alone():
    enlist()
    jobs.keep_up(NOW)
    before = Generation.objects.get().number
    jobs.keep_up(NOW)
    assert Generation.objects.get().number == before


# ——— falling out ———


def test_a_listing_is_marked_after_90_days_and_gone_after_104(visitor, at):
    enlist()
    for days, listed, marked in ((90, True, False), (91, True, True), (105, False, False)):
        with at(NOW + days * DAY):
            assert bool(names(visitor)) is listed
            assert ("Last confirmed on" in words(visitor, LIST)) is marked
    with at(NOW + 105 * DAY):
        assert visitor.get("/therapists/miriam-adeyemi/").status_code == 404


def test_the_therapist_is_asked_by_mail_once_and_neutrally(at):
    enlist()
    with at(NOW + 91 * DAY):
        for _ in range(3):
            jobs.ask_whether_still_right(clock.now())
    mail = Mail.objects.get(template="directory_still_right")
    assert "/listing/" in mail.body
    assert "therap" not in (mail.subject + mail.body).lower()


def test_nobody_is_asked_before_90_days_are_over(at):
    enlist()
    with at(NOW + 90 * DAY):
        jobs.ask_whether_still_right(clock.now())
    assert not Mail.objects.filter(template="directory_still_right").exists()


def test_after_confirming_again_the_next_question_comes_90_days_later(at):
    profile = enlist()
    with at(NOW + 91 * DAY):
        jobs.ask_whether_still_right(clock.now())
        profile.refresh_from_db()
        actions.confirm_listing(profile=profile, by=audit.SYSTEM, now=clock.now())
        jobs.ask_whether_still_right(clock.now())
    with at(NOW + 182 * DAY):
        jobs.ask_whether_still_right(clock.now())
    assert Mail.objects.filter(template="directory_still_right").count() == 2


def test_a_closed_account_a_lost_role_and_a_lapsed_registration_take_a_listing_off(visitor):
    closed, lost, lapsed = (enlist(name) for name in ("Ada Marr", "Bo Tal", "Cy Orr"))
    people.deactivate(user=closed.therapist.user, by=audit.SYSTEM, now=NOW)
    people.revoke_role(user=lost.therapist.user, role=Role.THERAPIST, by=audit.SYSTEM, now=NOW)
    Therapist.objects.filter(pk=lapsed.therapist.pk).update(
        registration_expires_on=clock.today() - DAY
    )
    enlist("Di Vey")
    jobs.keep_up(NOW)
    assert names(visitor) == ["Di Vey"]


def test_a_listing_that_is_switched_off_is_not_found(visitor):
    enlist(shown=False)
    assert names(visitor) == []
    assert visitor.get("/therapists/miriam-adeyemi/").status_code == 404


def test_the_mark_of_a_credential_goes_when_it_runs_out(visitor, at):
    profile = enlist()
    proof = Credential(profile=profile, title="Accredited", expires_on=clock.today() + 10 * DAY)
    actions.save_credential(credential=proof, by=audit.SYSTEM, now=NOW)
    actions.verify_credential(credential=proof, by=profile.therapist.user, now=NOW)
    page = "/therapists/miriam-adeyemi/"
    assert "Seen by the practice" in words(visitor, page)
    with at(NOW + 11 * DAY):
        assert "Accredited" not in words(visitor, page)


def test_a_credential_that_changes_has_to_be_seen_again(visitor):
    profile = enlist()
    proof = Credential(profile=profile, title="Accredited")
    actions.verify_credential(credential=proof, by=profile.therapist.user, now=NOW)
    actions.save_credential(credential=proof, by=profile.therapist.user, now=NOW)
    assert "Seen by the practice" not in words(visitor, "/therapists/miriam-adeyemi/")


def test_approaches_that_nobody_offers_are_not_to_choose_from(visitor):
    practice()
    enlist()
    page = visitor.get(LIST).content.decode()
    assert 'value="interpersonal-therapy"' in page
    assert Approach.objects.filter(slug="emdr").exists()
    assert 'value="emdr"' not in page


# ——— when somebody is free next ———


def works(profile: Profile, **told) -> None:
    """Wednesdays from nine to one; today is a Monday."""
    WeeklyHours.objects.create(
        therapist=profile.therapist, weekday=2, opens=time(9), closes=time(13), **told
    )
    NextFree.objects.refresh(clock.now())


def test_the_next_free_time_stands_in_the_list_and_on_the_page(visitor):
    works(enlist())
    for path in (LIST, "/therapists/miriam-adeyemi/"):
        assert "Next free time: Wednesday 25 November, 09:00 (London time)" in words(visitor, path)


def test_whoever_has_no_room_shows_no_time_and_nobody_free_is_said(visitor):
    works(enlist("Ned Full", capacity=0))
    works(enlist("Ada Marr"))
    TimeOff.objects.create(
        therapist=Therapist.objects.get(name="Ada Marr"), starts_at=NOW, ends_at=NOW + 400 * DAY
    )
    NextFree.objects.refresh(clock.now())
    told = words(visitor, LIST)
    assert "Next free time" not in told
    assert told.count("Nothing is free in the weeks that can be booked") == 1


def test_a_time_that_was_not_looked_at_for_long_says_as_of_when(visitor, at):
    works(enlist())
    with at(NOW + timedelta(hours=3)):
        cache.ANSWERS.clear()
        told = words(visitor, LIST + "?taking=1")
    assert "As it stood on Monday 23 November, 10:00 (London time)" in told


def test_a_booking_makes_the_kept_page_void(visitor, django_capture_on_commit_callbacks):
    profile = enlist()
    works(profile)
    assert "09:00 (London time)" in words(visitor, LIST)
    with django_capture_on_commit_callbacks(execute=True):
        diary.hold(
            therapist=profile.therapist, starts_at=NOW + timedelta(days=1, hours=23), minutes=20,
            place=None, by=audit.VISITOR, now=clock.now(),
        )  # fmt: skip
    assert "Wednesday 25 November, 09:30 (London time)" in words(visitor, LIST)


def test_a_page_of_twenty_asks_for_all_their_times_at_once(visitor):
    counts = []
    for many in (1, 20):
        for number in range(Profile.objects.count(), many):
            works(enlist(f"Number-{number} Somebody"))
        cache.ANSWERS.clear()
        with CaptureQueriesContext(connection) as asked:
            assert words(visitor, LIST + "?taking=1").count("Next free time") == many
        counts.append(len(asked))
    assert counts[0] == counts[1]
