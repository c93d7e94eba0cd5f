"""The fixtures of the services' tests; what they are made of is in ``cast``, read once Django is set up."""

import pytest


@pytest.fixture(scope="session")
def scenario():
    """The shipped scenario."""
    from tests.services import cast

    return cast.shipped_scenario()


@pytest.fixture
def author():
    from tracker.services.authors import Author

    return Author.of_worker("a test")


@pytest.fixture
def areas(db, author):
    """Syria and its neighbours alone, so that a test need not load the world."""
    from tests.services import cast

    cast.load_areas(author)


@pytest.fixture
def truce(areas, scenario, author):
    """The shipped charter, loaded."""
    from tracker.services import charters, positions

    loaded = charters.load_charter(scenario, author)
    positions.place()
    return loaded


@pytest.fixture
def document(truce):
    """Make a report of an air strike near Deir ez-Zor, with what the test changes."""
    from tests.services import cast

    return cast.report_document


@pytest.fixture
def cast(db):
    """The cast of the API's tests."""
    from tests.api.cast import make_cast

    return make_cast()


@pytest.fixture
def api(cast, settings, tmp_path):
    """A client of the API for each key of the cast; the files that are made lie in a folder of the test."""
    from tests.api.cast import Api

    settings.MEDIA_ROOT = tmp_path
    return Api(cast.secrets)
