"""Counting what is pulled, in blocks that end anywhere."""

import pytest

from bench.benchmarks.pulling import ENTRY_BEGINS, _count


@pytest.mark.parametrize("size", [1, 2, 11, 12, 13, 40, 1_000])
def test_each_entry_is_counted_once_wherever_blocks_end(size):
    text = b",".join(b'{"position":%d,"payload":{"positions":[]}}' % number for number in range(50))
    blocks = [text[start : start + size] for start in range(0, len(text), size)]
    assert _count(ENTRY_BEGINS, blocks) == 50
