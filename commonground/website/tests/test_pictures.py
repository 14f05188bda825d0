"""Whatever is uploaded, only pixels come in; whatever is refused, a sentence says why."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from commonground.core.outside import pixels
from commonground.website.models import Picture
from commonground.website.tests.small_site import found, image, picture, signed_in

pytestmark = pytest.mark.django_db
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SCRIPT = b"/*<script>alert('hidden')</script>*/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def located() -> bytes:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (55.0, 20.0, 13.0)}
    exif[0x9286] = "taken at home"
    return image(exif=exif)


def big() -> bytes:
    return image() + b"\0" * (40 * 1024 * 1024)


def bomb() -> bytes:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    return out.getvalue()


def send(client, data: bytes, name: str = "room.jpg", **more):
    sent = {
        "title": "The room",
        "description": "A lamp beside two chairs",
        "collection": "1",
        "file": SimpleUploadedFile(name, data),
    }
    return client.post(reverse("wagtailimages:add"), sent | more)


@pytest.fixture
def editor():
    found()
    return signed_in("coordinator")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("big.jpg", big, "larger than 8 MB"),
        ("bomb.png", bomb, "more than 40 million pixels"),
        ("drawing.svg", lambda: SVG, "could not be read as a picture"),
        ("drawing.png", lambda: SVG, "could not be read as a picture"),
        ("page.jpg", lambda: b"<html><script>alert(1)</script>", "could not be read as a picture"),
        ("moving.gif", lambda: image("GIF") + SCRIPT, "could not be read as a picture"),
        ("moving.jpg", lambda: image("GIF") + SCRIPT, "could not be read as a picture"),
        ("half.jpg", lambda: image(size=(640, 480))[:400], "could not be read as a picture"),
    ],
)
def test_what_is_not_a_small_picture_is_refused_with_a_sentence(editor, name, data, sentence):
    response = send(editor, data(), name)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert "A lamp beside two chairs" in response.content.decode()
    assert not Picture.objects.exists()


def test_a_picture_needs_a_description(editor):
    send(editor, image(), description="")
    assert not Picture.objects.exists()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_taken(editor, kind):
    assert send(editor, image(kind), f"room.{kind.lower()}").status_code == 302
    assert Picture.objects.get().description == "A lamp beside two chairs"


def test_where_a_photograph_was_taken_is_not_kept(editor):
    assert b"taken at home" in located()
    send(editor, located())
    kept = Picture.objects.get().file
    assert not Image.open(kept).getexif()
    kept.seek(0)
    assert b"taken at home" not in kept.read()


def test_what_hides_behind_the_last_pixel_is_not_kept(editor):
    send(editor, image() + SCRIPT)
    assert SCRIPT not in Picture.objects.get().file.read()


def test_control_stored_as_it_came_the_script_would_be_kept(editor, monkeypatch):
    as_it_came = lambda file, longest: pixels.Drawn("room.jpg", file.read(), "image/jpeg")  # noqa: E731
    monkeypatch.setattr("commonground.core.forms.redraw", as_it_came)
    send(editor, image() + SCRIPT)
    assert SCRIPT in Picture.objects.get().file.read()


def test_a_picture_saved_past_the_form_is_redrawn_too():
    file = SimpleUploadedFile("room.jpg", image() + SCRIPT)
    kept = Picture.objects.create(title="Room", file=file, description="A room")
    assert SCRIPT not in kept.file.read()


def test_a_picture_turned_by_the_camera_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    drawn = pixels.redraw(io.BytesIO(image(size=(40, 20), exif=exif)))
    assert Image.open(drawn).size == (20, 40)


def test_stored_names_say_nothing(editor):
    send(editor, image(), "maria-in-the-waiting-room.jpg")
    kept = Picture.objects.get()
    assert "maria" not in kept.file.name + kept.get_rendition("width-20").file.name


def test_only_renditions_are_sent_to_visitors(client):
    kept = picture()
    assert client.get(kept.get_rendition("width-20").url).status_code == 200
    assert client.get(kept.file.url).status_code == 404
