"""What a page of violations begins with: asked at once, it is what each part says by itself."""

from __future__ import annotations

import pytest

from tracker.feed import violations
from tracker.feed.violations import OurSources
from tracker.models import Incident, Source, Truce, View
from tracker.services.authors import Author
from tracker.services.writing import writing


@pytest.fixture
def hidden(cast):
    """A truce that the public does not see, and sources of every sort."""
    cast.truce.pk, cast.truce.slug, cast.truce.visibility = None, "hidden-truce", "restricted"
    cast.truce._state.adding = True
    cast.truce.save()
    for slug, kind, protected, visibility in (
        ("our-observers", "own_field_staff", False, "public"),
        ("shelter", "monitor", True, "restricted"),
        ("partner", "monitor", False, "partners"),
    ):
        Source.objects.create(
            slug=slug, kind=kind, name={"en": slug}, protected=protected, visibility=visibility
        )


@pytest.mark.parametrize("view", View)
def test_asked_at_once_it_is_what_each_part_says_by_itself(cast, hidden, view):
    begun = violations.beginning(view, None)
    assert sorted(begun.truces) == sorted(violations.truces_shown(view))
    assert begun.sources == OurSources.in_view(view)
    assert begun.after is None


def test_the_public_is_not_told_of_what_is_withheld(cast, hidden):
    public, full = violations.beginning(View.PUBLIC, None), violations.beginning(View.FULL, None)
    assert {truce.slug for truce in full.truces} - {truce.slug for truce in public.truces} == {"hidden-truce"}
    assert public.sources.withheld >= {"shelter", "partner"}
    assert "our-observers" in public.sources.ours - public.sources.withheld
    assert full.sources == OurSources()


def test_an_entry_is_found_by_its_public_references(cast):
    with writing(Author.of_worker("test")) as w:
        incident = Incident.objects.create(change=w.change)
    slug = Truce.objects.get(pk=cast.truce.pk).slug
    for references, found in (
        ((incident.reference, slug, cast.cessation.ref), (incident.pk, cast.cessation.pk)),
        (("inc_0000000000", slug, cast.cessation.ref), None),
        ((incident.reference, "no-such-truce", cast.cessation.ref), None),
        ((incident.reference, slug, "no-such-term"), None),
    ):
        assert violations.beginning(View.PUBLIC, references).after == found
