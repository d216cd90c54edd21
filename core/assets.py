"""Static files from Python packages, and the storage that production serves them from."""

import re
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLE = "css/app.css"
IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\) layer\((?P<layer>\w+)\);')
RELATIVE_URL = re.compile(r'url\("(?P<path>\.[^"]+)"\)')


class PackageFinder(BaseFinder):
    """Publishes exactly the files named in settings.PACKAGE_ASSETS: {published path: (package, path inside it)}."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in settings.PACKAGE_ASSETS:
            return [] if find_all else None
        source = str(package_file(*settings.PACKAGE_ASSETS[path]))
        return [source] if find_all else source

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for published, (package, inside) in settings.PACKAGE_ASSETS.items():
            yield published, _OneFile(package_file(package, inside))


class _OneFile(FileSystemStorage):
    """A storage with a single file under whatever name collectstatic asks for."""

    def __init__(self, source: Path) -> None:
        super().__init__(location=str(source.parent))
        self.source = source

    def path(self, name: str) -> str:
        return str(self.source)


class Storage(CompressedManifestStaticFilesStorage):
    """Hashed and compressed files; the style sheet's parts are joined into one file, and source maps stay behind."""

    manifest_strict = True
    support_js_module_import_aggregation = False

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Any:
        if not dry_run:
            for name in paths:
                if name.endswith((".css", ".js")):
                    _drop_source_map(Path(self.path(name)))
            if BUNDLE in paths:
                join_imports(Path(self.path(BUNDLE)))
            paths = {name: (self, name) for name in paths}  # hash the changed copies, not the files they came from
        yield from super().post_process(paths, dry_run, **options)


def package_file(package: str, inside: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"The package {package} is not installed; run `make demo` or install requirements.txt.")
    return Path(next(iter(spec.submodule_search_locations))) / inside


def join_imports(sheet: Path) -> None:
    """Replace each `@import url(...) layer(x)` of the bundle by the file's text, so that a page needs one request."""

    def inline(found: re.Match[str]) -> str:
        text = (sheet.parent / found["path"]).read_text(encoding="utf-8")
        text = RELATIVE_URL.sub(lambda url: f'url("{normpath(join(dirname(found["path"]), url["path"]))}")', text)
        return f"@layer {found['layer']} {{\n{text}\n}}"

    sheet.write_text(IMPORT.sub(inline, sheet.read_text(encoding="utf-8")), encoding="utf-8")


def _drop_source_map(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    shorter = re.sub(r"(/\*|//)# sourceMappingURL=\S+?(\s*\*/)?\s*$", "", text)
    if shorter != text:
        path.write_text(shorter, encoding="utf-8")
