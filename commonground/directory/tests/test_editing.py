"""Who writes which listing, what a preview keeps, and what a portrait may be."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from commonground.core.models import AuditEvent
from commonground.directory.models import Credential, Profile
from commonground.directory.tests.cards import DAY, NOW, enlist, therapist, written
from commonground.people.models import Therapist
from commonground.people.roles import Role
from commonground.people.tests.front_office import person, signed_in

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SCRIPT = b"/*<script>alert('hidden')</script>*/"


@pytest.fixture(autouse=True)
def held(at, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    settings.LANDING = {}
    with at(NOW):
        yield


def image(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **options) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (36, 84, 75)).save(out, kind, **options)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    Image.new("1", (10_000, 8_000)).save(out, "PNG")
    return out.getvalue()


def located() -> bytes:
    exif = Image.Exif()
    exif[0x9286] = "taken at home"
    return image(exif=exif)


def address(profile: Profile, name: str = "listing", *more) -> str:
    return reverse(name, args=[profile.therapist.pk, *more])


@pytest.fixture
def profile():
    return enlist()


@pytest.fixture
def own(profile):
    return signed_in(profile.therapist.user)


def test_a_therapist_writes_their_own_listing(profile, own):
    own.post(address(profile), written(profile, headline="I work with couples."))
    profile.refresh_from_db()
    assert profile.headline == "I work with couples."


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"gender": "woman"}, "woman"),
        ({"gender": "own", "gender_words": "Genderqueer"}, "Genderqueer"),
        ({"gender": "", "gender_words": "Genderqueer"}, "Genderqueer"),
        ({"gender": "man", "gender_words": "Genderqueer"}, "man"),
        ({"gender": ""}, None),
    ],
)
def test_a_therapist_says_how_they_describe_themselves(profile, own, typed, kept):
    own.post(address(profile), written(profile, **typed))
    profile.refresh_from_db()
    assert profile.gender == kept
    page = own.get(address(profile)).content.decode()
    chosen = kept if kept in ("woman", "man") else "own" if kept else ""
    assert re.search(rf'name="gender" value="{chosen}" [^>]*checked', page)
    assert ("Genderqueer" in page) is (kept == "Genderqueer")


def test_visitors_read_it_only_where_the_therapist_says_so(profile, own, client):
    told = {"gender": "own", "gender_words": "Genderqueer"}
    own.post(address(profile), written(profile, **told))
    assert "Genderqueer" not in client.get(profile.get_absolute_url()).content.decode()
    own.post(address(profile), written(profile, **told, gender_shown="on"))
    assert "Genderqueer" in client.get(profile.get_absolute_url()).content.decode()


def test_a_coordinator_says_it_for_them_and_a_colleague_cannot(profile):
    told = written(profile, gender="woman")
    colleague = signed_in(therapist("Tomas Brandt"))
    assert colleague.post(address(profile), told).status_code == 404
    signed_in(person("Cato Lindqvist", Role.COORDINATOR)).post(address(profile), told)
    profile.refresh_from_db()
    assert profile.gender == "woman"


def test_saving_leaves_a_line_in_the_audit(profile, own):
    own.post(address(profile), written(profile))
    event = AuditEvent.objects.filter(verb="directory.listing.saved").last()
    assert event.object_id == str(profile.pk)


def test_a_therapist_without_a_listing_begins_one():
    elsewhere = enlist("Ada Marr")
    browser = signed_in(therapist("Tomas Brandt"))
    begun = Therapist.objects.get(name="Tomas Brandt")
    assert browser.get("/listing/").headers["Location"] == reverse("listing", args=[begun.pk])
    browser.post(reverse("listing", args=[begun.pk]), written(elsewhere))
    assert Profile.objects.get(therapist=begun).is_listed(NOW.date())


@pytest.mark.parametrize("name", ["listing", "listing_preview", "listing_confirm"])
def test_a_colleagues_listing_is_not_there(profile, name):
    other = signed_in(therapist("Tomas Brandt"))
    assert other.post(address(profile, name), written(profile)).status_code == 404


def test_a_colleagues_credential_is_not_there(profile):
    proof = Credential.objects.create(profile=profile, title="Accredited")
    mine = enlist("Tomas Brandt")
    other = signed_in(mine.therapist.user)
    for whose in (profile, mine):
        assert other.post(address(whose, "credential", proof.pk), {"title": "X"}).status_code == 404
    assert Credential.objects.get().title == "Accredited"


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.OWNER])
def test_an_editor_writes_any_listing_without_confirming_it(profile, role, at):
    editor = signed_in(person("Cato Lindqvist", role))
    with at(NOW + DAY):
        editor = signed_in(person("Olive Farrell", role))
        editor.post(address(profile), written(profile, headline="Mended."))
    profile.refresh_from_db()
    assert (profile.headline, profile.reconfirmed_on) == ("Mended.", NOW.date())


def test_a_therapists_own_save_confirms(profile, at):
    with at(NOW + 95 * DAY):
        signed_in(profile.therapist.user).post(address(profile), written(profile))
    profile.refresh_from_db()
    assert profile.reconfirmed_on == (NOW + 95 * DAY).date()


def test_still_right_is_said_by_a_button_and_not_by_a_link(profile, at):
    with at(NOW + 95 * DAY):
        own = signed_in(profile.therapist.user)
        assert own.get(address(profile, "listing_confirm")).status_code == 405
        profile.refresh_from_db()
        assert profile.reconfirmed_on == NOW.date()
        own.post(address(profile, "listing_confirm"))
    profile.refresh_from_db()
    assert profile.reconfirmed_on == (NOW + 95 * DAY).date()


def test_a_preview_shows_what_was_typed_and_keeps_nothing(profile, own):
    sent = written(profile, headline="Only a thought.", languages=["pl"])
    page = own.post(address(profile, "listing_preview"), sent).content.decode()
    assert "Only a thought." in page and "Polish" in page
    kept = Profile.objects.get()
    assert (kept.headline, kept.languages) == ("I work with grief.", ["en"])


def test_fields_that_the_house_keeps_cannot_be_posted(profile, own):
    before = Profile.objects.values(*KEPT).get()
    own.post(address(profile), written(profile) | dict.fromkeys(KEPT, "1"))
    assert Profile.objects.values(*KEPT).get() == before


KEPT = ("id", "slug", "therapist_id", "room", "turn", "shown_until", "good_until", "asked_on")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"adults": ""}, "Tick adults, or say from which age you see people."),
        ({"young_from": 14}, "Young people: give a first age below 18"),
        ({"young_from": 20, "young_to": 22}, "less than or equal to 17"),
        ({"young_from": 16, "young_to": 12}, "Young people: give a first age below 18"),
        ({"young_from": -1, "young_to": 12}, "greater than or equal to"),
        ({"places": []}, "Tick a place, or say that you work online."),
        ({"languages": []}, "Tick at least one language."),
        ({"languages": ["klingon"]}, "from the answers offered"),
        ({"capacity": 1000}, "less than or equal to 60"),
        ({"headline": ""}, "Please fill this in"),
        ({"gender": "own"}, "Write a word or two, or choose one of the others."),
        ({"gender": "klingon"}, "hoose one of the answers offered"),
        ({"places": ["nowhere"]}, "nowhere"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(profile, own, changed, sentence):
    answer = own.post(address(profile), written(profile) | changed)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


# ——— portraits ———


def send(own, profile, data: bytes, name: str = "me.jpg"):
    sent = written(profile, about="Kept while I choose.")
    return own.post(address(profile), sent | {"portrait": SimpleUploadedFile(name, data)})


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("bomb.png", bomb, "more than 40 million pixels"),
        ("me.svg", lambda: SVG, "could not be read as a picture"),
        ("me.png", lambda: SVG, "could not be read as a picture"),
        ("me.gif", lambda: image("GIF") + SCRIPT, "could not be read as a picture"),
        ("me.jpg", lambda: b"<html><script>alert(1)</script>", "could not be read as a picture"),
        ("me.jpg", lambda: image() + b"\0" * (9 << 20), "larger than 8 MB"),
    ],
)
def test_what_is_no_small_picture_is_refused_and_the_form_kept(profile, own, name, data, sentence):
    answer = send(own, profile, data(), name)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page and "Kept while I choose." in page
    assert not Profile.objects.get().portrait


@pytest.mark.parametrize("data", [located(), image() + SCRIPT])
def test_only_pixels_of_a_portrait_are_kept(profile, own, client, data):
    assert b"taken at home" in data or SCRIPT in data
    send(own, profile, data)
    kept = Profile.objects.get().portrait
    answer = client.get(kept.url)
    sent = b"".join(answer.streaming_content)
    assert answer.headers["Cache-Control"].endswith("immutable")
    assert b"taken at home" not in sent and SCRIPT not in sent


def test_a_portrait_has_a_name_that_tells_nothing(profile, own):
    send(own, profile, image(), "miriam-at-home.jpg")
    assert "miriam" not in Profile.objects.get().portrait.name


def test_a_new_portrait_has_a_new_name_and_the_old_one_is_gone(
    profile, own, client, django_capture_on_commit_callbacks
):
    send(own, profile, image())
    first = Profile.objects.get().portrait.url
    with django_capture_on_commit_callbacks(execute=True):
        send(own, profile, image(size=(30, 30)))
    assert Profile.objects.get().portrait.url != first
    assert client.get(first).status_code == 404


def test_saving_words_leaves_the_portrait(profile, own):
    send(own, profile, image())
    had = Profile.objects.get().portrait.name
    own.post(address(profile), written(profile))
    assert Profile.objects.get().portrait.name == had


def test_a_portrait_can_be_taken_away(profile, own):
    send(own, profile, image())
    own.post(address(profile), written(profile, no_portrait="on"))
    assert not Profile.objects.get().portrait


def test_a_preview_shows_the_new_portrait_and_stores_none(profile, own, tmp_path):
    sent = written(profile) | {"portrait": SimpleUploadedFile("me.jpg", image())}
    page = own.post(address(profile, "listing_preview"), sent).content.decode()
    assert "data:image/jpeg;base64," in page
    assert not list(tmp_path.rglob("*.jpg"))


# ——— credentials ———


def test_only_an_editor_says_that_the_proof_was_seen(profile, own):
    own.post(address(profile, "credential_new"), {"title": "Accredited"})
    proof = Credential.objects.get()
    assert own.post(address(profile, "credential_verify", proof.pk)).status_code == 404
    editor = signed_in(person("Cato Lindqvist", Role.COORDINATOR))
    editor.post(address(profile, "credential_verify", proof.pk))
    proof.refresh_from_db()
    assert proof.verified(NOW.date())


def test_the_list_of_listings_names_those_without_one(profile):
    therapist("Tomas Brandt")
    page = signed_in(person("Cato Lindqvist", Role.COORDINATOR)).get("/listings/").content.decode()
    assert "Write one for Tomas Brandt" in page and "Open Miriam Adeyemi’s listing" in page
