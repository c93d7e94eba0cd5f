"""What every report says of itself, whatever its kind: who said it, when, in which words, for whose eyes."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from ..words import CONSENTS, VISIBILITIES
from .fields import Choice, Figures, Line, Prose, Tick
from .part import Part, Reading, fill_moment

ANY_TRUCE = "any"


class ReportPart(Part):
    """The fields of the report itself. ``token``: what makes a second submission of the form harmless."""

    token = forms.CharField(widget=forms.HiddenInput(), required=False)
    source = Choice(label=_("Source"), blank=_("choose"), help_text=_("Whose words these are."))
    truce = Choice(label=_("Truce"), blank=_("choose"))
    zone = Choice(
        label=_("Times are given in"),
        blank=_("the truce's own zone"),
        help_text=_("For every day and time on this page."),
    )
    published_day = Figures(label=_("Published on"), help_text=_("Like 2016-09-17, if known."))
    published_time = Figures(label=_("Published at"), help_text=_("Like 18:30."))
    summary = Prose(
        label=_("Summary"), help_text=_("In your own words. Keep every “if”, “suspected” and “at least”.")
    )
    quotation = Prose(label=_("Quotation"), help_text=_("The source's exact words, in their language."))
    language = Figures(label=_("Language of the original"), help_text=_("A code such as en, fr, ar or ru."))
    said_by = Line(
        label=_("Said by"),
        help_text=_("A public speaker, such as “a spokesman”. Never name a private person."),
    )
    url = Figures(label=_("Web address"), help_text=_("Begins with https://"))
    archive = Figures(label=_("Archived copy"), help_text=_("The address of a copy that will stay."))
    consent = Choice(
        label=_("Consent"),
        words=CONSENTS,
        blank=_("none recorded"),
        help_text=_("What the person who told us agreed to. What a source published itself needs none."),
    )
    visibility = Choice(
        label=_("Visibility"),
        words=VISIBILITIES,
        blank=_("by rule"),
        help_text=_("By rule: public; restricted where consent is needed and none is recorded."),
    )
    incident = Figures(
        label=_("Joins the incident"),
        help_text=_(
            "The reference (inc_…) of the incident that this is also about. Empty: it opens one of its own."
        ),
    )
    supersedes = Figures(
        label=_("Corrects the report"),
        help_text=_("The reference (rep_…) of the earlier report by the same source."),
    )
    retracts = Tick(label=_("The source takes that report back altogether"))

    paths = {
        "token": "/external_id",
        **{
            name: f"/{name}"
            for name in (
                "source", "truce", "summary", "quotation", "language", "said_by", "url", "archive",
                "consent", "incident", "supersedes", "retracts",
            )
        },
    }  # fmt: skip
    claims = {"/published": "published_day", "/visibility": "visibility", "/relayed_by": "source"}

    def fill(self, body: dict[str, Any], reading: Reading) -> None:
        super().fill(body, reading)
        if body.get("truce") == ANY_TRUCE:
            del body["truce"]
        fill_moment(self, body, "/published", "published_day", "published_time", reading)

    def zone_meant(self, zones: dict[str, str]) -> ZoneInfo | None:
        """The zone in which times are given; None where nothing tells. ``zones``: by slug of the truce."""
        chosen = self.cleaned_data.get("zone") or zones.get(self.cleaned_data.get("truce") or "")
        return ZoneInfo(chosen) if chosen in {"UTC", *zones.values()} else None
