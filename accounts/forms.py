"""Forms for organizations, teams and the people in them."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    LoginForm,
    ReauthenticateForm,
    RequestLoginCodeForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.domain.audit import events_of
from accounts.domain.people import check_end
from accounts.models import ORGANIZATION_ROLES, TEAM_ROLES, AuditEvent, Membership, Organization, Role, User
from accounts.verbs import VERBS
from core.refusals import Invalid

HINT_TO_CHOOSE = _("At least 10 characters. Not a common password, not digits alone, not like your name or address.")
ROLE_MEANINGS = {
    Role.ADMINISTRATOR: _("Administrator: runs the organization, its teams and people"),
    Role.CONSULTANT: _("Consultant: leads assessments in every team"),
    Role.LEAD: _("Team lead: adds people, runs the team's assessments"),
    Role.MEMBER: _("Member: answers and reads results"),
    Role.VIEWER: _("Viewer: reads results and reports, and nothing else"),
}


class OrganizationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As people call it, for example “Payments”."))


class RoleForm(forms.Form):
    is_new = False
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Left empty, the access has no end. From the day after, the person sees nothing here any more."),
    )

    def __init__(self, *args: Any, in_team: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = TEAM_ROLES if in_team else ORGANIZATION_ROLES
        self.fields["role"].choices = [(role.value, ROLE_MEANINGS[role]) for role in roles]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["role"].initial = Role.MEMBER if in_team else Role.CONSULTANT

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "role" in data and "ends_on" in data:
            try:
                check_end(data["role"], data["ends_on"], is_new=self.is_new)
            except Invalid as refusal:
                self.add_error("ends_on", refusal.sentence)
        return data


class PersonForm(RoleForm):
    is_new = True
    email = forms.EmailField(label=_("E-mail address"), help_text=_("The person signs in with it."))
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Somebody already known here keeps their own name.")
    )
    field_order = ["name", "email", "role", "ends_on"]


class SetupForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_("You sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    organization_name = forms.CharField(
        label=_("Organization"), max_length=120, help_text=_("Whose teams will be assessed? You can rename it later.")
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=HINT_TO_CHOOSE,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if password := data.get("password"):
            try:
                validate_password(password, User(email=data.get("email", ""), name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data


LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "remember": _("Stay signed in"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password, again"),
    "code": _("Code"),
    "name": _("Name"),
    "passwordless": _("Sign in with it alone, without a password"),
}
HINTS = {
    "password1": HINT_TO_CHOOSE,
    "name": _("To tell it from others, for example “Laptop”."),
    "passwordless": _("The device then asks for a fingerprint, a face or its own PIN."),
}


class OurWords:
    """The forms of django-allauth with our labels and hints, and without its placeholders."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HINTS.get(name, field.help_text)
            field.widget.attrs.pop("placeholder", None)


class CodeWords(OurWords):
    """A field for a code: digits on a telephone's keyboard, and the caret is there already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"autofocus": True, "autocapitalize": "off", "spellcheck": "false"}


class SignInForm(OurWords, LoginForm):  # type: ignore[misc]  # allauth ships no types
    pass


class AskForCodeForm(OurWords, RequestLoginCodeForm):  # type: ignore[misc]  # allauth ships no types
    pass


class CodeForm(CodeWords, ConfirmLoginCodeForm):  # type: ignore[misc]  # allauth ships no types
    pass


class ConfirmPasswordForm(OurWords, ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    pass


class ConfirmCodeForm(CodeWords, ReauthenticateByCodeForm):  # type: ignore[misc]  # allauth ships no types
    pass


class SecondFactorForm(CodeWords, AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    pass


class AddAppForm(OurWords, ActivateTOTPForm):  # type: ignore[misc]  # allauth ships no types
    pass


class AddPasskeyForm(OurWords, AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    pass


class RenamePasskeyForm(OurWords, EditWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    pass


class ForgotPasswordForm(OurWords, ResetPasswordForm):  # type: ignore[misc]  # allauth ships no types
    pass


class PasswordFromLinkForm(OurWords, ResetPasswordKeyForm):  # type: ignore[misc]  # allauth ships no types
    pass


class PasswordChangeForm(OurWords, ChangePasswordForm):  # type: ignore[misc]  # allauth ships no types
    pass


class PasswordSetForm(OurWords, SetPasswordForm):  # type: ignore[misc]  # allauth ships no types
    pass


class AuditFilterForm(forms.Form):
    """What of the audit log is shown; every field may stay empty."""

    person = forms.ChoiceField(label=_("Person"), required=False)
    verb = forms.ChoiceField(label=_("What"), required=False)
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, organization: Organization, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Membership.with_ended.filter(organization=organization).select_related("user").order_by("user", "pk")
        self.people = {str(place.public_id): place.user for place in places}
        by_user = {user: public_id for public_id, user in reversed(self.people.items())}
        people = sorted(((public_id, str(user)) for user, public_id in by_user.items()), key=lambda pair: pair[1])
        verbs = sorted(((code, str(verb.title)) for code, verb in VERBS.items()), key=lambda pair: pair[1])
        self.fields["person"].choices = [("", _("Everybody")), *people]  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["verb"].choices = [("", _("Everything")), *verbs]  # type: ignore[attr-defined]  # a ChoiceField

    def rows(self, organization: Organization) -> QuerySet[AuditEvent]:
        """The events asked for; a field that cannot be right is left out and says so beside itself."""
        self.is_valid()
        wanted = {name: value for name, value in self.cleaned_data.items() if value}
        if "person" in wanted:
            wanted["person"] = self.people[wanted["person"]]
        return events_of(organization, **wanted)


class AddressForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))


class SignUpForm(NameForm):
    password = forms.CharField(
        label=_("Password"),
        help_text=HINT_TO_CHOOSE,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if password := data.get("password"):
            try:
                validate_password(password, User(email=self.email, name=data.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return data
