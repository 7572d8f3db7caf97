"""TRUST 25 and 29: pictures are small, upright, and hold nothing but what can be seen."""

from __future__ import annotations

import io
import time

import pytest
from PIL import Image, ImageCms

from kb.cases.files import KINDS, Prepared, kind_of, prepared
from kb.core import Refusal
from tests.cases.files import samples


def made(data: bytes, name: str) -> tuple[Prepared, Image.Image]:
    ready = prepared(data, kind_of(data, name))
    picture = Image.open(io.BytesIO(ready.data))
    picture.load()
    return ready, picture


def test_29_the_place_of_a_photo_is_gone_and_it_stands_upright() -> None:
    photo = samples.photo_with_place()
    assert b"Secret" in photo
    assert Image.open(io.BytesIO(photo)).getexif().get_ifd(0x8825)
    ready, picture = made(photo, "foto.jpg")
    assert (ready.width, ready.height) == picture.size == (20, 40)
    assert not dict(picture.getexif())
    assert not picture.info.keys() & {"exif", "xmp", "comment", "icc_profile"}
    assert b"Secret" not in ready.data


@pytest.mark.parametrize("name", ["PNG", "WEBP"])
def test_29_so_is_that_of_other_pictures(name: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    data = samples.image(name, exif=exif.tobytes(), xmp=b"<x>SecretPlace</x>")
    assert b"SecretCamera" in data
    ready, _ = made(data, f"x.{name.lower()}")
    assert b"Secret" not in ready.data


def test_16_what_hangs_behind_a_picture_does_not_come_along() -> None:
    data = samples.image("JPEG") + b"<script>alert(1)</script>" + samples.docx()
    ready, _ = made(data, "foto.jpg")
    assert b"script" not in ready.data
    assert b"PK" not in ready.data


def test_a_comment_in_a_gif_or_png_is_gone() -> None:
    ready, _ = made(samples.image("GIF", comment=b"SecretComment"), "x.gif")
    assert b"Secret" not in ready.data
    assert (ready.media_type, ready.extension) == ("image/png", "png")


@pytest.mark.parametrize(("size", "expected"), [((3000, 1500), (2000, 1000)), ((900, 4000), (450, 2000))])
def test_a_large_picture_is_made_smaller(size: tuple[int, int], expected: tuple[int, int]) -> None:
    for name in ("JPEG", "PNG"):
        ready, picture = made(samples.image(name, size), f"x.{name.lower()}")
        assert (ready.width, ready.height) == picture.size == expected


def test_a_small_picture_keeps_its_size_and_colours() -> None:
    ready, picture = made(samples.image("PNG", (30, 20)), "x.png")
    assert (ready.width, ready.height, ready.media_type, ready.extension) == (30, 20, "image/png", "png")
    assert picture.convert("RGB").getpixel((5, 5)) == (0x22, 0xAA, 0x77)


def test_what_is_see_through_stays_so() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (10, 200, 30, 0)).save(out, "PNG")
    _, picture = made(out.getvalue(), "x.png")
    assert picture.mode == "RGBA"
    pixel = picture.getpixel((1, 1))
    assert isinstance(pixel, tuple)
    assert pixel[3] == 0


@pytest.mark.parametrize(
    ("mode", "name"), [("1", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("L", "JPEG"), ("CMYK", "JPEG")]
)
def test_every_kind_of_colour_is_read(mode: str, name: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (10, 10), "#ffffff").convert(mode).save(out, name)
    _, picture = made(out.getvalue(), f"x.{name.lower()}")
    low, _high = picture.convert("L").getextrema()
    assert isinstance(low, int | float)
    assert low > 200


def test_sixteen_bits_a_pixel_do_not_turn_white() -> None:
    out = io.BytesIO()
    Image.new("I;16", (10, 10), 0x4000).save(out, "PNG")
    _, picture = made(out.getvalue(), "x.png")
    assert picture.getpixel((1, 1)) == 0x40


def test_a_colour_profile_is_applied_and_left_out() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for hidden in (profile, b"not a profile", bytes(200_000)):
        out = io.BytesIO()
        Image.new("RGB", (10, 10), "#2a7").save(out, "PNG", icc_profile=hidden)
        _, picture = made(out.getvalue(), "x.png")
        assert "icc_profile" not in picture.info
        assert picture.getpixel((1, 1)) == (0x22, 0xAA, 0x77)


def test_a_moving_picture_becomes_its_first_frame() -> None:
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("#ff0000", "#0000ff", "#00ff00")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)
    _, picture = made(out.getvalue(), "x.gif")
    assert getattr(picture, "n_frames", 1) == 1
    assert picture.convert("RGB").getpixel((1, 1)) == (255, 0, 0)


@pytest.mark.parametrize(
    "size", [(10_000, 6_000), (12_000, 10_000), (50_000, 50_000), (2**31 - 1, 2**31 - 1)]
)
def test_25_a_decompression_bomb_is_refused_at_once(size: tuple[int, int]) -> None:
    began = time.monotonic()
    data = samples.png_bomb(*size)
    with pytest.raises(Refusal, match=r"more than 50 million pixels|damaged"):
        prepared(data, kind_of(data, "x.png"))
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_damaged_picture_is_refused(name: str) -> None:
    whole = samples.image(name, (300, 200))
    for data in (whole[: len(whole) // 2], whole[:14]):
        with pytest.raises(Refusal, match="damaged"):
            prepared(data, kind_of(data, "x"))


def test_other_files_stay_byte_for_byte() -> None:
    for data, name in ((samples.PDF, "x.pdf"), (samples.docx(), "x.docx"), (samples.MP3, "x.mp3")):
        ready = prepared(data, kind_of(data, name))
        assert ready.data == data
        assert (ready.width, ready.height) == (None, None)
    assert prepared(samples.PDF, KINDS["PDF"]).extension == "pdf"
