"""Every story in ``workings/`` is answered as it is written there, to the last field."""

import pytest

from tests.compliance.working import FOLDER, Told, stories

TOLD = [
    pytest.param(told, id=f"{path.stem}-{told.name}")
    for path in sorted(FOLDER.glob("*.txt"))
    for told in stories(path)
]


@pytest.mark.parametrize("told", TOLD)
def test_the_story_is_answered_as_it_is_written(told: Told) -> None:
    assert told.answered() == told.lines


def test_no_two_stories_of_a_file_have_the_same_title() -> None:
    names = [param.id for param in TOLD]
    assert len(names) == len(set(names))
