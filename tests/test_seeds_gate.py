"""The seeds gate, run as the README says: what must hold of every answer, and the least that the answers reach.

The bounds stand in evals/gates/seeds.toml: the product's promises, not what the last run happened to give.
"""

from pathlib import Path

import evals
from evals.commands import add_commands
from evals.gates import Rule, load
from qa.engine import Engine
from vectorstore import terminal

GATE = Path(evals.__file__).parent / "gates" / "seeds.toml"


def test_the_promises_are_in_the_gate():
    """Exact quotes always, the evidence in the five best passages, a gold answer in the answers of the test half."""
    gate = load(GATE)
    assert gate.baseline is None
    assert gate.rules == (
        Rule("questions", min=100),
        Rule("cite_exact", min=1.0),
        Rule("hit_5", min=0.98),
        Rule("contains", half="test", min=0.75),
    )


def test_the_seeds_keep_it(seeds_folder, capsys):
    """Every gold question on the seeds, asked and scored by the command: each rule is kept, and no question failed."""
    status = terminal.main("byline", "", [add_commands], ["eval", "--store", str(seeds_folder), "--gate", str(GATE)])
    output = capsys.readouterr()
    assert status == 0, output.err + output.out
    verdicts = output.out.partition("\nGate\n")[2].splitlines()[1:]
    assert [line.split()[-1] for line in verdicts] == ["ok"] * 4


def test_a_question_about_nothing_in_the_articles_is_refused(seeds_store):
    """Far-off questions get no answer, but what comes nearest."""
    engine = Engine(seeds_store)
    for question in ("How do I cook risotto with saffron?", "Which enzyme unwinds the DNA double helix?"):
        answer = engine.ask(question)
        assert answer.abstained
        assert answer.short_answer == ""
