"""Check without a network that the locked requirements are in step with what they were made from (`make lock`)."""

import re
import sys
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PAIRS = (("requirements.in", "requirements.txt"), ("requirements-dev.in", "requirements-dev.txt"))
PIN = re.compile(r"^(?P<name>[\w.-]+)(\[[^]]*\])?==(?P<version>[^\s;]+)", re.MULTILINE)
BLOCK = re.compile(r"^(?=[\w.-]+(?:\[[^]]*\])?==)", re.MULTILINE)


def main() -> list[str]:
    faults = []
    pins: dict[str, dict[str, str]] = {}
    for source, lock in PAIRS:
        text = Path(lock).read_text()
        pins[lock] = {canonicalize_name(pin["name"]): pin["version"] for pin in PIN.finditer(text)}
        wanted = {canonicalize_name(requirement.name): requirement for requirement in requirements(source)}
        for name, requirement in wanted.items():
            if (
                not requirement.specifier.contains(pins[lock].get(name, "0"), prereleases=True)
                or name not in pins[lock]
            ):
                faults.append(f"{lock} does not pin {requirement} of {source}")
        for block in BLOCK.split(text)[1:]:
            name = canonicalize_name(block.split("==")[0].split("[")[0])
            if "--hash=sha256:" not in block:
                faults.append(f"{lock} has no hash for {name}")
            if re.search(rf"-r (\S*/)?{re.escape(source)}\b", block) and name not in wanted:
                faults.append(f"{lock} still holds {name}, which {source} no longer names")
        if "://" in text:
            faults.append(f"{lock} names a host")
    runtime, development = (pins[lock] for _, lock in PAIRS)
    for package, version in runtime.items():
        if development.get(package) != version:
            faults.append(f"requirements-dev.txt has {package} {development.get(package)}, requirements.txt {version}")
    return faults


def requirements(source: str) -> list[Requirement]:
    """The direct requirements of a file, with those of the files that it names by `-r`."""
    found = []
    for line in Path(source).read_text().splitlines():
        text = line.split("#")[0].strip()
        if text.startswith("-r "):
            found += requirements(text.removeprefix("-r ").strip())
        elif text:
            found.append(Requirement(text))
    return found


if __name__ == "__main__":
    if found := main():
        sys.exit("\n".join([*found, "Run `make lock`."]))
