"""What a page of violations begins with: whose truces it shows, whose words are withheld, and after what."""

from __future__ import annotations

import pytest

from tracker.feed.violation_rows import References, is_there
from tracker.feed.violations import OurSources
from tracker.models import Incident, Source, View
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


def test_the_public_is_not_told_that_a_withheld_truce_is_there(cast, hidden):
    assert is_there(View.PUBLIC, "river-truce") == (True, True)
    assert is_there(View.PUBLIC, "hidden-truce") == (False, True)
    assert is_there(View.PUBLIC, "no-such-truce") == (False, True)
    assert is_there(View.FULL, "hidden-truce") == (True, True)


def test_the_public_is_named_no_source_that_is_withheld(cast, hidden):
    public = OurSources.in_view(View.PUBLIC)
    assert public.withheld >= {"shelter", "partner"}
    assert "our-observers" in public.ours - public.withheld
    assert OurSources.in_view(View.FULL) == OurSources()


def test_an_entry_is_found_by_its_public_references(cast):
    with writing(Author.of_worker("test")) as w:
        incident = Incident.objects.create(change=w.change)
    for references, is_known in (
        ((incident.reference, "river-truce", cast.cessation.ref), True),
        (("inc_0000000000", "river-truce", cast.cessation.ref), False),
        ((incident.reference, "no-such-truce", cast.cessation.ref), False),
        ((incident.reference, "river-truce", "no-such-term"), False),
    ):
        assert is_there(View.PUBLIC, None, References(*references)) == (True, is_known)
