"""The forms of django-allauth in our words. settings.ACCOUNT_FORMS names them."""

from typing import Any

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.totp import forms as phone
from django.forms import Form
from django.http import HttpRequest


def _plain(form: Form, **labels: str) -> None:
    """Labels above the fields instead of placeholders in them, and no help that repeats the page."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.help_text = ""
        field.label = labels.get(name, field.label)


class SignInForm(allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, login="Work e-mail", password="Password")
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class NewPasswordLinkForm(allauth.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, email="Work e-mail")

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """A mail goes out whether or not we know the address, so that neither page nor time tells which."""
        if self.users:
            return str(super().save(request, **kwargs))
        email: str = self.cleaned_data["email"]
        get_adapter().send_mail("account/email/unknown_account", email, {})
        return email


_NEW = {"password1": "New password", "password2": "New password, once more"}
_HELP = "12 characters or more. A few words in a row are easy to remember and hard to guess."


class NewPasswordForm(allauth.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, **_NEW)
        self.fields["password1"].help_text = _HELP


class ChangePasswordForm(allauth.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, oldpassword="Current password", **_NEW)
        self.fields["password1"].help_text = _HELP


class SetPasswordForm(allauth.SetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, **_NEW)
        self.fields["password1"].help_text = _HELP


class PasswordAgainForm(allauth.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, password="Password")


_DIGITS = {"inputmode": "numeric", "autocomplete": "one-time-code", "autofocus": True}


class CodeForm(codes.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code="Code")
        self.fields["code"].widget.attrs.update(_DIGITS)


class CodeAgainForm(codes.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code="Code")
        self.fields["code"].widget.attrs.update(_DIGITS)


class FirstCodeForm(phone.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _plain(self, code="Code that the app shows")
        self.fields["code"].widget.attrs.update(_DIGITS)
