"""The keys of a campaign: files outside the database and its backups, destroyed when the campaign is sealed.

`private` opens the ballots, `receipt` makes the keyed hash that stands for a person, `draft` encrypts what is saved
before submitting. With the file gone nobody can open a ballot or a draft that is left in a backup or a log.
"""

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext
from nacl.public import PrivateKey

from assessments.surveys import inbox
from core.errors import DomainError

_PART = 32  # bytes of each of the three keys
_CODE_LETTERS = inbox.LETTERS


class KeyMissing(DomainError):
    """The key file is not there. Nothing is lost: drafts and ballots stay until it is put back."""

    def __init__(self) -> None:
        super().__init__(
            gettext(
                "This survey cannot be saved just now: its key is not on this server. Nothing you have answered is lost. "
                "Please tell HR."
            )
        )


@dataclass(frozen=True)
class CampaignKeys:
    """The secrets of one campaign; none of them appears in a repr, a log line or a task argument."""

    private: bytes = field(repr=False)
    receipt: bytes = field(repr=False)
    draft: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        return bytes(PrivateKey(self.private).public_key)

    def receipt_of(self, campaign_key: UUID, respondent: int) -> bytes:
        """The ballot key of a respondent in this campaign: the same every time, meaningless without the secret."""
        return hmac.digest(self.receipt, f"{campaign_key}:{respondent}".encode(), hashlib.sha256)

    def code_of(self, receipt: bytes) -> str:
        """The code that a person gets. It cannot be found among the ballots: it is a hash of its own."""
        digest = hmac.digest(self.receipt, b"code:" + receipt, hashlib.sha256)
        letters = "".join(_CODE_LETTERS[byte % len(_CODE_LETTERS)] for byte in digest[:12])
        return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"

    def inbox_code_of(self, receipt: bytes) -> str:
        """The code by which the writer of a ballot's comments comes back to them."""
        return inbox.code(self.receipt, receipt)

    def contact_secret(self, contact: UUID) -> str:
        """What opens the seat of a customer contact: in their mail, and nowhere else. Gone with the key."""
        digest = hmac.digest(self.receipt, b"contact:" + contact.bytes, hashlib.sha256)
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def create(campaign_key: UUID) -> CampaignKeys:
    """Make new keys and write them to disk, readable by this user alone. Replaces those of a launch that failed."""
    keys = CampaignKeys(*(secrets.token_bytes(_PART) for _ in range(3)))
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = folder / f"{campaign_key}.part"
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(keys.private + keys.receipt + keys.draft)
        file.flush()
        os.fsync(file.fileno())
    part.rename(_path(campaign_key))
    _settle(folder)
    return keys


def load(campaign_key: UUID) -> CampaignKeys:
    """The keys of an open campaign. Raises KeyMissing."""
    try:
        content = _path(campaign_key).read_bytes()
    except FileNotFoundError:
        raise KeyMissing from None
    if len(content) != 3 * _PART:
        raise KeyMissing
    return CampaignKeys(content[:_PART], content[_PART : 2 * _PART], content[2 * _PART :])


def exist(campaign_key: UUID) -> bool:
    return _path(campaign_key).exists()


def destroy(campaign_key: UUID) -> None:
    """Overwrite and remove the key file. Safe to repeat."""
    path = _path(campaign_key)
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(3 * _PART))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink(missing_ok=True)
    _settle(path.parent)


def _folder() -> Path:
    return Path(settings.BALLOT_KEY_DIR)


def _path(campaign_key: UUID) -> Path:
    return _folder() / f"{campaign_key}.key"


def _settle(folder: Path) -> None:
    """Make a rename or a removal survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
