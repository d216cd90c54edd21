"""Sign-in: exactly the views of django-allauth that we use, under its own names, each with its row of the access matrix."""

from allauth.account import views
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as phone
from django.urls import register_converter
from django.urls.converters import StringConverter

from people.access import EVERYONE, PUBLIC, Scope, route
from people.second_step import once_set_up

GET_POST = ("GET", "POST")


class Base36(StringConverter):
    """The account's number in a link; a plain string would swallow the token behind it."""

    regex = "[0-9A-Za-z]+"


register_converter(Base36, "base36")

urlpatterns = [
    route("sign-in/", views.login, "account_login", who=PUBLIC, scope=Scope.PUBLIC, methods=GET_POST),
    route("sign-out/", views.logout, "account_logout", who=PUBLIC, scope=Scope.PUBLIC, methods=("POST",)),
    route("sign-in/closed/", views.account_inactive, "account_inactive", who=PUBLIC, scope=Scope.PUBLIC),
    route(
        "password/", views.password_change, "account_change_password", who=EVERYONE, scope=Scope.OWN, methods=GET_POST
    ),
    route(
        "password/first/", views.password_set, "account_set_password", who=EVERYONE, scope=Scope.OWN, methods=GET_POST
    ),
    route(
        "password/link/",
        views.password_reset,
        "account_reset_password",
        who=PUBLIC,
        scope=Scope.PUBLIC,
        methods=GET_POST,
    ),
    route(
        "password/link/sent/", views.password_reset_done, "account_reset_password_done", who=PUBLIC, scope=Scope.PUBLIC
    ),
    route(
        "password/link/saved/",
        views.password_reset_from_key_done,
        "account_reset_password_from_key_done",
        who=PUBLIC,
        scope=Scope.PUBLIC,
    ),
    route(
        "password/link/<base36:uidb36>-<str:key>/",
        views.password_reset_from_key,
        "account_reset_password_from_key",
        who=PUBLIC,
        scope=Scope.PUBLIC,
        methods=GET_POST,
    ),
    # The second step: a code from a phone, ten codes on paper.
    route(
        "sign-in/code/",
        second_step.authenticate,
        "mfa_authenticate",
        who=PUBLIC,
        scope=Scope.PUBLIC,
        methods=GET_POST,
    ),
    route(
        "password/again/",
        views.reauthenticate,
        "account_reauthenticate",
        who=EVERYONE,
        scope=Scope.OWN,
        methods=GET_POST,
    ),
    route(
        "me/second-step/again/",
        second_step.reauthenticate,
        "mfa_reauthenticate",
        who=EVERYONE,
        scope=Scope.OWN,
        methods=GET_POST,
    ),
    route("me/second-step/", second_step.index, "mfa_index", who=EVERYONE, scope=Scope.OWN),
    route(
        "me/second-step/on/", phone.activate_totp, "mfa_activate_totp", who=EVERYONE, scope=Scope.OWN, methods=GET_POST
    ),
    route(
        "me/second-step/off/",
        once_set_up(phone.deactivate_totp),
        "mfa_deactivate_totp",
        who=EVERYONE,
        scope=Scope.OWN,
        methods=GET_POST,
    ),
    route(
        "me/second-step/codes/",
        once_set_up(recovery.view_recovery_codes),
        "mfa_view_recovery_codes",
        who=EVERYONE,
        scope=Scope.OWN,
    ),
    route(
        "me/second-step/codes/new/",
        once_set_up(recovery.generate_recovery_codes),
        "mfa_generate_recovery_codes",
        who=EVERYONE,
        scope=Scope.OWN,
        methods=GET_POST,
    ),
    route(
        "me/second-step/codes.txt",
        once_set_up(recovery.download_recovery_codes),
        "mfa_download_recovery_codes",
        who=EVERYONE,
        scope=Scope.OWN,
    ),
]
