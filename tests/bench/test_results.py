"""The table and the file: what a benchmark gives back, and that each is found by its file."""

import orjson

from bench.measure import Row, as_table, at_least, at_most, percentile, write_results
from bench.registry import benchmarks

ROW = Row("create", 450.0, "reports/s", 800, "4 clients", 300.0, "the plain service")


def test_results_are_a_list_of_objects_with_the_agreed_names(tmp_path):
    write_results(tmp_path / "results.json", [ROW, Row("limit", 9_967.0, "rows/s", 10, "")])
    first, second = orjson.loads((tmp_path / "results.json").read_bytes())
    assert {"name", "value", "unit", "reference", "ratio", "aim", "n"} <= first.keys()
    assert first["ratio"] == 1.5
    assert second["reference"] is None
    assert second["ratio"] is None


def test_an_aim_that_is_not_kept_says_so():
    assert at_least(1.3, ROW, of_reference=True).kept
    assert not at_least(1.6, ROW, of_reference=True).kept
    assert not at_most(400, ROW).kept
    assert "MISSED" in as_table([at_most(400, ROW)])


def test_an_aim_on_a_ratio_without_a_reference_is_neither_kept_nor_missed():
    assert at_least(1.3, Row("alone", 1.0, "ms", 1, ""), of_reference=True).kept is None


def test_percentiles_are_values_that_were_measured():
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([1.0], 0.95) == 1.0


def test_a_benchmark_is_found_by_its_file_and_in_its_order():
    names = [one.name for one in benchmarks()]
    assert names.index("reassessing") < names.index("statuses")
    assert [one.name for one in benchmarks(["page"])] == ["pages"]
