"""Static files: published from packages by name, joined into one sheet, complete."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client, override_settings

from core import assets

STATIC = Path(settings.BASE_DIR) / "static"
SHEET = STATIC / "css" / "app.css"


def test_only_the_named_files_of_a_package_are_published() -> None:
    finder = assets.PackageFinder()

    published = {path for path, _ in finder.list([])}

    assert published == {assets.BUNDLE, *settings.PACKAGE_ASSETS}
    assert Path(finder.find("vendor/htmx.min.js")).is_file()
    assert finder.find("vendor/bootstrap.min.js") is None
    assert finder.find("vendor/bootstrap.min.js", find_all=True) == []


def test_a_missing_package_is_named() -> None:
    with pytest.raises(FileNotFoundError, match="no_such_package"):
        assets.package_file("no_such_package", "x.css")


def test_every_style_sheet_is_part_of_the_bundle() -> None:
    parts = {found["path"] for found in assets.IMPORT.finditer(SHEET.read_text(encoding="utf-8"))}
    ours = {str(path.relative_to(SHEET.parent)) for path in SHEET.parent.rglob("*.css")} - {"app.css"}

    assert parts == ours | {"../vendor/bootstrap.min.css"}


def test_every_file_that_a_style_sheet_names_exists() -> None:
    for sheet in SHEET.parent.rglob("*.css"):
        for url in re.findall(r'url\("([^"]+)"\)', sheet.read_text(encoding="utf-8")):
            target = (sheet.parent / url).resolve().relative_to(STATIC.resolve())
            assert finders.find(str(target)), f"{sheet.name}: {url}"


def test_the_joined_sheet_keeps_layers_and_addresses(tmp_path: Path) -> None:
    (tmp_path / "css" / "parts").mkdir(parents=True)
    (tmp_path / "css" / "parts" / "x.css").write_text('a { background: url("../../img/x.svg") }')
    (tmp_path / "css" / "app.css").write_text(
        '@layer base, components;\n@import url("parts/x.css") layer(components);\n'
    )

    joined = assets.joined(tmp_path)

    assert joined.startswith("@layer base, components;")
    assert '@layer components {\na { background: url("../img/x.svg") }\n}' in joined
    assert "@import" not in joined


def test_the_joined_sheet_carries_the_time_of_its_newest_part() -> None:
    newest = max(path.stat().st_mtime_ns for path in SHEET.parent.rglob("*.css"))

    assert assets.bundle().stat().st_mtime_ns >= newest
    assert assets.bundle() == assets.bundle()


def test_a_page_gets_its_style_in_one_request_even_without_collectstatic(client: Client) -> None:
    response = client.get("/static/build/app.css")

    assert response.status_code == 200
    text = response.getvalue().decode()
    assert text.startswith("@layer vendor, tokens, base, components, pages;")
    assert "@import" not in text


def test_collecting_for_production_gives_one_sheet_with_hashed_names(tmp_path: Path) -> None:
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "core.assets.Storage"}}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)

    [sheet] = (tmp_path / "build").glob("app.*.css")
    text = sheet.read_text(encoding="utf-8")
    assert "@import" not in text
    assert "sourceMappingURL" not in text
    assert re.search(r'url\("\.\./fonts/ui-latin\.[0-9a-f]{12}\.woff2"\)', text)
    assert sheet.with_name(f"{sheet.name}.br").stat().st_size < 45_000
