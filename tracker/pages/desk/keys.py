"""API keys: who has one, for what and until when; making one, and revoking it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tracker.models import ApiKey, Role, Scope, Source
from tracker.services import clock, formats, keys
from tracker.services.authors import Author
from tracker.services.refusals import Refused

from .forms.fields import Figures, Line, Several
from .forms.offered import Offered, named
from .permission import DeskRequest, desk_page

USUAL_LIFE = timedelta(days=365)
SCOPES = {
    Scope.VIOLATIONS_READ: gettext_lazy("read what is public"),
    Scope.REPORTS_WRITE: gettext_lazy("send reports for the sources ticked below"),
    Scope.REPORTS_PUBLISH: gettext_lazy("have what it sends screened in on receipt"),
    Scope.RESTRICTED_READ: gettext_lazy("read the full view of every truce"),
    Scope.WEBHOOKS_MANAGE: gettext_lazy("have and manage webhooks of its own"),
}


class KeyForm(forms.Form):
    """What a new key is for. What is offered depends on the person."""

    name = Line(label=gettext_lazy("Name"), help_text=gettext_lazy("Whose key it is and what for."))
    scopes = Several(label=gettext_lazy("It may"))
    sources = Several(
        label=gettext_lazy("Sources that it may write for"),
        help_text=gettext_lazy("Needed where it may send reports."),
    )
    expires = Figures(
        label=gettext_lazy("Ends on"),
        help_text=gettext_lazy("A day like 2027-01-31; the key ends at its beginning, in UTC. Empty: never."),
    )

    def __init__(self, request: DeskRequest, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.allowed = keys.scopes_given_by(request.user)
        self.offered = Offered(request.user).sources if Scope.REPORTS_WRITE in self.allowed else {}
        self.fields["scopes"].offer([(scope, SCOPES[scope]) for scope in self.allowed])  # type: ignore[attr-defined]
        self.fields["sources"].offer(named(self.offered.values()))  # type: ignore[attr-defined]
        if not self.offered:
            del self.fields["sources"]

    def clean_scopes(self) -> list[str]:
        scopes = self.cleaned_data["scopes"] or []
        for scope in scopes:
            if scope not in self.allowed:
                raise forms.ValidationError(Refused("scopes", "scope_not_yours", given=scope).message)
        return list(scopes)

    def clean_sources(self) -> list[Source]:
        chosen = self.cleaned_data["sources"] or []
        for slug in chosen:
            if slug not in self.offered:
                raise forms.ValidationError(Refused("sources", "unknown_source", given=slug).message)
        if Scope.REPORTS_WRITE in self.cleaned_data.get("scopes", []) and not chosen:
            raise forms.ValidationError(Refused("sources", "source_needed").message)
        return [self.offered[slug] for slug in chosen]

    def clean_expires(self) -> datetime | None:
        text = self.cleaned_data["expires"]
        if not text:
            return None
        try:
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        except ValueError:
            raise forms.ValidationError(_("This is not a day such as 2027-01-31.")) from None


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A key as the list shows it."""

    key: ApiKey
    scopes: str
    sources: str
    state: str
    is_usable: bool
    expires: str
    last_used: str


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(Role.COORDINATOR)
def page(request: DeskRequest) -> HttpResponse:
    """The keys that this person manages, and a form for another; a new key's secret is shown this once."""
    if request.method != "POST":
        return _page(request, _fresh(request))
    form = KeyForm(request, request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            key, secret = keys.create_key(
                given["name"] or "",
                given["scopes"],
                given.get("sources", []),
                request.user,
                given["expires"],
                Author.of_person(request.user),
            )
        except Refused as refused:
            form.add_error(refused.field or None, refused.message)
        else:
            return _page(request, _fresh(request), made=key, secret=secret)
    return _page(request, form, status=422)


@require_POST
@desk_page(Role.COORDINATOR)
def revoke(request: DeskRequest, reference: str) -> HttpResponse:
    """End a key from now on."""
    key = get_object_or_404(keys.managed_by(request.user), reference=reference)
    keys.revoke(key, Author.of_person(request.user))
    messages.success(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
    return redirect("desk_keys")


def _fresh(request: DeskRequest) -> KeyForm:
    return KeyForm(request, initial={"expires": (clock.now() + USUAL_LIFE).date().isoformat()})


def _page(
    request: DeskRequest, form: KeyForm, *, status: int = 200, made: ApiKey | None = None, secret: str = ""
) -> HttpResponse:
    found = keys.managed_by(request.user).select_related("owner").prefetch_related("sources").order_by("-id")
    context = {"form": form, "rows": [_row(key) for key in found], "made": made, "secret": secret}
    return render(request, "desk/keys.html", context, status=status)


def _row(key: ApiKey) -> KeyRow:
    def moment(given: datetime | None, otherwise: str) -> str:
        return f"{formats.format_moment(given, 'UTC')} UTC" if given else otherwise

    is_usable = keys.is_usable(key, clock.now())
    if is_usable:
        state = _("in use") if key.last_used else _("not used yet")
    elif key.revoked:
        state = _("revoked")
    else:
        state = _("expired")
    return KeyRow(
        key=key,
        scopes=", ".join(key.scopes),
        sources=formats.format_list(sorted(formats.name_of(one.name, one.slug) for one in key.sources.all())),
        state=state,
        is_usable=is_usable,
        expires=moment(key.expires, _("never")),
        last_used=moment(key.last_used, _("never")),
    )
