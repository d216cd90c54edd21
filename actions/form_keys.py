"""One form sent twice counts once, also without JavaScript and from two tabs."""

from uuid import UUID

from django.utils.crypto import salted_hmac


def key_of(form: UUID, *said: object) -> UUID:
    """What stands for a form with these words; the same form with other words is something new.

    It tells nothing of the form: that takes the server's secret and the form's own random key, which nothing stores.
    """
    words = "\0".join(map(str, (form, *said)))
    return UUID(bytes=salted_hmac("actions.form_keys", words, algorithm="sha256").digest()[:16], version=4)
