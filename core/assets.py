"""Static files that do not lie in static/ as they are: files of Python packages, and the one joined style sheet."""

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from posixpath import dirname, join, normpath
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

SHEET = "css/app.css"  # lists the parts of the style sheet; works by itself too, with one request per part
BUNDLE = "build/app.css"  # the same, joined; what pages link to
IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\) layer\((?P<layer>\w+)\);')
RELATIVE_URL = re.compile(r'url\("(?P<path>\.[^"]+)"\)')
SOURCE_MAP = re.compile(r"(/\*|//)# sourceMappingURL=\S+?(\s*\*/)?\s*$")


class PackageFinder(BaseFinder):
    """Publishes the joined style sheet and the files named in settings.PACKAGE_ASSETS, {published path: (package, path)}."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        source = self._source(path)
        if find_all:
            return [str(source)] if source else []
        return str(source) if source else None

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for published in (BUNDLE, *settings.PACKAGE_ASSETS):
            source = self._source(published)
            assert source is not None
            yield published, _OneFile(source)

    def _source(self, path: str) -> Path | None:
        if path == BUNDLE:
            return bundle()
        return package_file(*settings.PACKAGE_ASSETS[path]) if path in settings.PACKAGE_ASSETS else None


class _OneFile(FileSystemStorage):
    """A storage with a single file under whatever name collectstatic asks for."""

    def __init__(self, source: Path) -> None:
        super().__init__(location=str(source.parent))
        self.source = source

    def path(self, name: str) -> str:
        return str(self.source)


class Storage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files for production; source maps stay behind."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Any:
        if not dry_run:
            for name in paths:
                if name.endswith((".css", ".js")):
                    _drop_source_map(Path(self.path(name)))
            paths = {name: (self, name) for name in paths}  # hash the changed copies, not the files they came from
        yield from super().post_process(paths, dry_run, **options)


def package_file(package: str, inside: str) -> Path:
    """The file of an installed package, without importing the package."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"The package {package} is not installed; install requirements.txt.")
    return Path(next(iter(spec.submodule_search_locations))) / inside


def bundle() -> Path:
    """The joined style sheet, written anew when a part has changed.

    Every process keeps its own copy, so that nothing is written into the checkout; the copy carries the time of the
    newest part, so that browsers see the same file whichever process answers.
    """
    root = Path(settings.BASE_DIR) / "static"
    changed_at = max(part.stat().st_mtime_ns for part in _parts(root))
    target = Path(_workshop().name) / "app.css"
    if not target.exists() or target.stat().st_mtime_ns != changed_at:
        draft = target.with_suffix(f".{os.getpid()}")
        draft.write_text(joined(root), encoding="utf-8")
        os.utime(draft, ns=(changed_at, changed_at))
        draft.replace(target)
    return target


def joined(root: Path) -> str:
    """The style sheet with each `@import url(...) layer(x)` replaced by the text of the part."""

    def inline(found: re.Match[str]) -> str:
        text = _part(root, found["path"]).read_text(encoding="utf-8")
        text = SOURCE_MAP.sub("", text).replace('@charset "UTF-8";', "")
        text = RELATIVE_URL.sub(lambda url: f'url("{normpath(join(dirname(found["path"]), url["path"]))}")', text)
        return f"@layer {found['layer']} {{\n{text}\n}}"

    return IMPORT.sub(inline, (root / SHEET).read_text(encoding="utf-8"))


def _parts(root: Path) -> list[Path]:
    sheet = root / SHEET
    return [sheet, *(_part(root, found["path"]) for found in IMPORT.finditer(sheet.read_text(encoding="utf-8")))]


def _part(root: Path, path: str) -> Path:
    published = normpath(join(dirname(SHEET), path))
    if published in settings.PACKAGE_ASSETS:
        return package_file(*settings.PACKAGE_ASSETS[published])
    return root / published


@cache
def _workshop() -> "TemporaryDirectory[str]":
    return TemporaryDirectory(prefix="wheelhouse-style-")


def _drop_source_map(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    shorter = SOURCE_MAP.sub("", text)
    if shorter != text:
        path.write_text(shorter, encoding="utf-8")
