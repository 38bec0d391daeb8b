"""The forms that attach a repository and change what of it counts."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.refusals import Refused
from metrics.clients.known import CLIENTS
from metrics.domain.hosts import check_host, check_time_zone
from metrics.domain.repositories import MAX_WEIGHT, check_location, check_scope
from metrics.models import HostConnection, HostKind

EXAMPLE = "https://git.example.org/team/service.git"


class HostForm(forms.Form):
    """Where a repository is hosted, and the right to read it. The token is written and never shown again."""

    host_kind = forms.ChoiceField(
        label=_("Hosting service"), choices=[("", _("None: the clone alone")), *HostKind.choices]
    )
    host_url = forms.CharField(
        label=_("Address of the host"),
        required=False,
        max_length=300,
        help_text=_("Only for a host of your own, such as https://git.example.org; left empty, the public one."),
        widget=forms.URLInput(attrs={"autocomplete": "off"}),
    )
    host_project = forms.CharField(
        label=_("Project"),
        required=False,
        max_length=200,
        help_text=_(
            "As in its address: owner/name, group/subgroup/name, or on Azure DevOps organization/project/repository."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    host_token = forms.CharField(
        label=_("Token"),
        required=False,
        max_length=8000,
        strip=True,
        help_text=_(
            "Read access is enough. It is stored sealed and never shown again; left empty, the stored one stays."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    host_time_zone = forms.CharField(
        label=_("Time zone of the team"),
        required=False,
        max_length=64,
        help_text=_("Such as Europe/Berlin; it decides when weekends are."),
    )

    def __init__(self, *args: Any, connection: HostConnection | None = None, **kwargs: Any) -> None:
        self.connection = connection
        super().__init__(*args, **kwargs)
        self.fields["host_kind"].required = False
        self.fields["host_time_zone"].initial = settings.TIME_ZONE
        if connection:
            kept = (connection.kind, connection.base_url, connection.project, connection.time_zone)
            for name, value in zip(("host_kind", "host_url", "host_project", "host_time_zone"), kept, strict=True):
                self.fields[name].initial = value

    @property
    def hosts(self) -> list[tuple[str, str, str]]:
        """Of each host its name, how a project is written there, and what its token must be allowed to."""
        return [
            (str(HostKind(kind).label), gettext(client.PROJECT), gettext(client.NEEDS))
            for kind, client in CLIENTS.items()
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("host_kind") and not given.get("host_project"):
            self.add_error("host_project", _("Say which project on the host this repository is."))
        if given.get("host_kind"):
            self._check("host_url", check_host, given["host_kind"], given.get("host_url", ""))
            self._check("host_time_zone", check_time_zone, given.get("host_time_zone") or settings.TIME_ZONE)
        return given

    def _check(self, field: str, check: Callable[..., object], *values: str) -> None:
        """Show what the domain says no to beside the field it is about."""
        try:
            check(*values)
        except Refused as error:
            self.add_error(field, error.sentence)

    def host_values(self) -> dict[str, Any] | None:
        """What `connect_host` takes; None without a host."""
        given = self.cleaned_data
        if not given["host_kind"]:
            return None
        return {
            "kind": given["host_kind"],
            "base_url": given["host_url"],
            "project": given["host_project"],
            "credential": given["host_token"],
            "time_zone": given["host_time_zone"] or settings.TIME_ZONE,
        }

    def test_values(self) -> dict[str, Any] | None:
        """What `try_host` takes: the typed token, else the stored one when the host is the same."""
        values = self.host_values()
        if values is None:
            return None
        values.pop("time_zone")
        return values

    def refuse_host(self, error: Refused) -> None:
        self.add_error("host_token" if self.cleaned_data.get("host_token") else "host_project", error.sentence)


def folders_field() -> forms.CharField:
    return forms.CharField(
        label=_("Folders"),
        required=False,
        max_length=4000,
        help_text=_(
            "Of a repository shared by several teams, one a line: a path such as services/billing, or an owner as its "
            "ownership file names it, such as @org/billing. Left empty, all of it is measured."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off"}),
    )


class ScopeForm(forms.Form):
    """What of a repository counts for its team, and how much."""

    name = forms.CharField(label=_("Name"), max_length=120)
    weight = forms.FloatField(
        label=_("Weight"),
        min_value=0,
        max_value=MAX_WEIGHT,
        help_text=_(
            "How much it counts among the repositories of the team; 1 is usual. At 0 it is measured and shown, and "
            "counts for nothing."
        ),
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    folders = folders_field()
    rules = forms.CharField(
        label=_("Rules of your own"),
        required=False,
        max_length=20_000,
        help_text=_(
            "One a line, before the built-in ones: “file: legacy/” leaves files out, “count: *.svg” counts files that "
            "would be left out, “bot: nightly@example.org” and “person: ada-bot” say what an account is, "
            "“release: Ship *” names release commits. A star stands for anything."
        ),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocapitalize": "off"}),
    )

    def clean_folders(self) -> str:
        return _scope(self.cleaned_data["folders"], "")[0]

    def clean_rules(self) -> str:
        return _scope("", self.cleaned_data["rules"])[1]


def _scope(folders: str, rules: str) -> tuple[str, str]:
    try:
        check_scope(folders, rules)
    except Refused as error:
        raise forms.ValidationError(error.sentence) from error
    return folders, rules


class RepositoryForm(HostForm):
    location = forms.CharField(
        label=_("Where it is"),
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"}),
    )
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=120,
        help_text=_("As people call it; left empty, the last part of the address."),
    )
    folders = folders_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roots = _(" or ").join(str(root) for root in settings.REPOSITORY_ROOTS)
        hint = _("An https address such as {example}, or the path of a repository on this server under {roots}.")
        hint = hint if roots else _("An https address such as {example}.")
        self.fields["location"].help_text = hint.format(example=EXAMPLE, roots=roots)

    def clean_location(self) -> str:
        try:
            check_location(self.cleaned_data["location"])
        except Refused as error:
            raise forms.ValidationError(error.sentence) from error
        return str(self.cleaned_data["location"])

    def refuse(self, error: Refused) -> None:
        """Show what the domain said no to beside the field it is about."""
        self.add_error("location", error.sentence)

    def values(self) -> dict[str, Any]:
        return {field: self.cleaned_data[field] for field in ("location", "name", "folders")}

    def clean_folders(self) -> str:
        return _scope(self.cleaned_data["folders"], "")[0]
