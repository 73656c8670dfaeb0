"""What a browser is told of a container's file, whatever the framework."""

from __future__ import annotations

import pytest

from fmorm.contrib.files import caching, is_known, media_type, showing


def headers(kind: str, name: str | None = None, *, as_attachment: bool = False) -> dict[str, str]:
    return showing(kind, "photo", download_name=name, as_attachment=as_attachment)


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("image/png", "inline"),
        ("application/pdf", "inline"),
        ("video/mp4", "inline"),
        ("text/plain", "inline"),
        ("image/svg+xml", "attachment"),
        ("text/html", "attachment"),
        ("application/xhtml+xml", "attachment"),
        ("text/xml", "attachment"),
        ("", "attachment"),
    ],
)
def test_what_could_run_is_kept_and_not_shown(kind: str, how: str) -> None:
    assert headers(kind)["Content-Disposition"].startswith(f"{how}; ")
    assert headers(kind, as_attachment=True)["Content-Disposition"].startswith("attachment; ")
    assert headers(kind)["X-Content-Type-Options"] == "nosniff"


def test_pictures_may_load_nothing_and_a_pdf_has_its_viewer() -> None:
    assert headers("image/png")["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "Content-Security-Policy" not in headers("application/pdf")


@pytest.mark.parametrize(
    ("told", "name", "kind"),
    [
        ("Image/PNG; charset=x", None, "image/png"),
        ("application/octet-stream", "a.pdf", "application/pdf"),
        ("image/png", "a.html", "text/html"),
        ("image/png", "a", "image/png"),
        ("image/png, text/html", None, "application/octet-stream"),
        ("image/png\r\nX: y", None, "application/octet-stream"),
        ("", None, "application/octet-stream"),
    ],
)
def test_the_name_a_program_gives_is_believed_before_filemaker(
    told: str, name: str | None, kind: str
) -> None:
    assert media_type(told, name) == kind


def test_a_name_breaks_out_of_no_header() -> None:
    assert (
        'filename="a__b_c?.png"; ' in headers("image/png", "a\x00\x0bb\x7fc\ud800.png")["Content-Disposition"]
    )
    told = headers("image/png", 'a"\r\nX: y\\å.png')["Content-Disposition"]
    assert told == "inline; filename=\"a___X: y_?.png\"; filename*=UTF-8''a%22%0D%0AX%3A%20y%5C%C3%A5.png"


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ('W/"1-2"', True),
        ('"1-2"', True),
        ('"x", W/"1-2"', True),
        ("*", True),
        ('W/"1-3"', False),
        ('W/"11-2"', False),
        ("", False),
    ],
)
def test_a_client_that_has_the_file_says_so(told: str, known: bool) -> None:
    assert is_known(told, 'W/"1-2"') is known


def test_what_changes_without_its_record_is_kept_by_nobody() -> None:
    assert caching(None) == {"Cache-Control": "private, no-store"}
    assert caching('W/"1-2"') == {"Cache-Control": "private, no-cache", "ETag": 'W/"1-2"'}
