"""Give a role to an address. It makes the first HR administrator of a new installation, who gives all other roles."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction

from core.errors import DomainError
from people.models import RoleGrant, User
from people.services import roles


class Command(BaseCommand):
    help = (
        "Give a role to an address, with a new account if there is none: manage.py grant_role you@example.org hr_admin"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "role", choices=[role for role in RoleGrant.Role.values if role != RoleGrant.Role.HR_PARTNER]
        )

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"].lower()
        try:
            validate_email(email)
            with transaction.atomic():
                user = User.objects.filter(email=email).first() or User.objects.create_user(email)
                given = roles.grant(user, options["role"], by=None)
        except ValidationError:
            raise CommandError(f"{email} is not an e-mail address.") from None
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{email} is {given.get_role_display()}. The sign-in page sends a link to choose a password.")
