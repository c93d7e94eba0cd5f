"""What clients were answered, told together."""

import pytest

from bench.clients import Answers


def test_the_rate_of_several_turns_is_that_of_all_their_requests_in_all_their_time():
    slow, fast = Answers(10, (0.1,) * 100), Answers(40, (0.02,) * 100)  # ten seconds and two and a half
    together = Answers.together([slow, fast])
    assert together.rate == pytest.approx(16)
    assert together.seconds == slow.seconds + fast.seconds
