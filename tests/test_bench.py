"""The command that runs the measurements."""

from evals.bench.__main__ import main


def test_an_unknown_measurement_is_one_line_with_the_known_ones(capsys):
    """Exit status 2."""
    assert main(["speed"]) == 2
    assert capsys.readouterr().err == "speed: no such measurement; there are: crash, damage\n"


def test_a_named_measurement_is_run_with_its_options(tmp_path):
    """Two kills, the result in the folder given."""
    assert main(["crash", "--", "--points", "2", "--articles", "5", "--out", str(tmp_path)]) == 0
    assert [path.name.split("-")[0] for path in tmp_path.iterdir()] == ["crash"]
