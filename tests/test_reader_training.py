"""Training the reader: its data, its network and going on from a checkpoint, on a handful of questions."""

import gzip
import json
import random
import subprocess
import sys
from dataclasses import replace

import pytest
import torch
from safetensors import safe_open

from qa.reader.augment import Entities, cropped, falsified
from qa.reader.average import average
from qa.reader.batch import tensors
from qa.reader.data import HELD_OUT, Encoded, Mix, draw, read_questions, split
from qa.reader.model import base_network, load, save
from qa.reader.question import Question
from qa.reader.train import Config, Run, batches, train
from qa.reader.windows import Tokenizer, windows
from vectorstore.errors import BylineError, InputError

STORY = "Interior Minister Jan Jambon offered to resign on Thursday. Prime Minister Charles Michel refused."
OTHER = "Belgium is observing three days of mourning. The interior minister spoke on Friday."


def question(asked, context, *answers, group="wiki:Belgium"):
    return Question(
        asked, context, tuple((context.index(text), context.index(text) + len(text)) for text in answers), group
    )


PLAIN = Mix({}, elsewhere=0, off_topic=0, false=0, cropped=0, unmarked=0, untitled=0)

QUESTIONS = [
    question("Who refused?", STORY, "Charles Michel", "Michel"),
    question("Who offered to resign?", STORY, "Jan Jambon"),
    question("How long is the mourning?", OTHER, "three days"),
    question("Who resigned in Paris?", OTHER),
]


def write(path, rows):
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def row(context, answers, group="squad2dev:X", asked="Which name is used in English?"):
    return {"id": "1", "question": asked, "context": context, "answers": answers, "group": group}


def test_an_answer_that_is_not_at_its_offset_is_an_error(tmp_path):
    """Wrong offsets are told, not trained on."""
    path = write(tmp_path / "reader.jsonl.gz", [row("Amazonia", [{"text": "Amazon", "start": 1}])])
    with pytest.raises(InputError, match="'Amazon' is not at 1"):
        read_questions(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, r"cannot be read \(No such file or directory\)"),
        (b"plain text", r"cannot be read \(Not a gzipped file"),
        (gzip.compress(b"cut off", mtime=0)[:9], "cannot be read"),
        (gzip.compress(b'{"question": "?"}\n', mtime=0), "line 1 is no question"),
        (gzip.compress(b'{"question": "?", "context": "", "answers": 1}\n', mtime=0), "line 1 is no question"),
        (gzip.compress(b"[]\n", mtime=0), "line 1 is no question"),
        (gzip.compress(b"\xff\n", mtime=0), r"cannot be read \(.*codec"),
    ],
    ids=["missing", "not gzip", "cut off", "no context", "no answers", "no object", "no text"],
)
def test_a_file_that_holds_no_questions_is_one_line(tmp_path, content, told):
    """Training and benches name the file, and the line where there is one."""
    path = tmp_path / "no.gz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=rf"no\.gz: {told}"):
        read_questions(path)


def test_a_misplaced_answer_moves_to_where_the_others_point(tmp_path):
    """The first of two "Amazonia" is the annotator's second one, as the longer answer shows."""
    context = "Spanish: Amazonia. In English it is known as Amazonia or the Amazon Jungle."
    longer = "Amazonia or the Amazon Jungle"
    answers = [{"text": longer, "start": context.index(longer)}, {"text": "Amazonia", "start": 9}]
    (read,) = read_questions(write(tmp_path / "reader.jsonl.gz", [row(context, answers)]))
    assert read.answers[1] == (context.index(longer), context.index(longer) + 8)


def test_held_out_articles_are_not_trained_on():
    """A held-out group is on one side only."""
    held = question("Who?", STORY, "Michel", group=min(HELD_OUT))
    assert split([*QUESTIONS, held]) == (QUESTIONS, [held])


def test_pairs_come_from_the_same_group_and_hold_no_answer():
    """With a share of 1, each answerable question comes again with the group's other paragraph."""
    drawn = draw(QUESTIONS, replace(PLAIN, elsewhere=1), seed=1)
    paired = [made for made in drawn if made not in QUESTIONS]
    assert sorted((made.question, made.context) for made in paired) == sorted(
        (asked.question, OTHER if asked.context == STORY else STORY) for asked in QUESTIONS if asked.answers
    )
    assert not any(made.answers for made in paired)


def test_weights_and_marks_are_drawn_as_asked():
    """Weight 2.0 is twice, 0 is never; without marks no question has one; the seed repeats the draw."""
    assert len(draw(QUESTIONS, replace(PLAIN, weights={"wiki": 2.0}), seed=1)) == 2 * len(QUESTIONS)
    assert draw(QUESTIONS, replace(PLAIN, weights={"wiki": 0.0}), seed=1) == []
    unmarked = replace(PLAIN, elsewhere=0.5, unmarked=1)
    drawn = draw(QUESTIONS, unmarked, seed=1)
    assert not any("?" in made.question for made in drawn)
    assert drawn == draw(QUESTIONS, unmarked, seed=1)


def test_off_topic_pairs_come_from_another_group():
    """With two groups, each answerable question meets the other group's paragraph, under that one's title."""
    far = question("What is a lipid?", "Lipids are fats.", "fats", group="new_wiki:Lipid")
    drawn = draw([*QUESTIONS, replace(far, title="Lipid")], replace(PLAIN, off_topic=1), seed=3)
    met = [
        made for made in drawn if made.question in ("Who refused?", "How long is the mourning?") and not made.answers
    ]
    assert {(made.context, made.title) for made in met} <= {("Lipids are fats.", "Lipid"), (STORY, ""), (OTHER, "")}
    assert any(made.title == "Lipid" for made in met)


def test_titles_come_from_the_row_or_from_a_group_that_is_named_by_one(tmp_path):
    """A row's own title wins; an article of SQuAD names itself; "nq" is no title."""
    answers = [{"text": "Amazon", "start": 0}]
    rows = [row("Amazonia", answers, "squad2dev:Amazon_rainforest"), row("Amazonia", answers, "nq")]
    rows.append({**row("Amazonia", answers, "news:a1"), "title": "Fires in Brazil"})
    read = read_questions(write(tmp_path / "reader.jsonl.gz", rows))
    assert [question.title for question in read] == ["Amazon rainforest", "", "Fires in Brazil"]
    assert all(made.title == "" for made in draw(read, replace(PLAIN, untitled=1), seed=1))


def test_a_title_is_read_but_is_no_answer():
    """The window holds the title between question and context, and only the context's tokens may answer."""
    texts = Tokenizer().tokens(["Who refused?", STORY, "Belgium after the attacks"])
    (plain,), (titled,) = windows(*texts[:2]), windows(*texts)
    assert titled.offsets == plain.offsets
    assert titled.ids[plain.context : titled.context - 1] == texts[2].ids
    with torch.inference_mode():
        logits = base_network().eval()(*tensors([titled]))[0, 0]
    assert torch.isfinite(logits).nonzero().flatten().tolist() == [0, *range(titled.context, len(titled.ids) - 1)]


def test_a_cropped_context_is_shorter_and_keeps_the_answer():
    """Whole sentences remain, the answer among them, at its new place."""
    filler = " ".join(f"Sentence number {n} says nothing of it at all." for n in range(40))
    whole = question("Who refused?", f"{filler} {STORY} {filler}", "Charles Michel")
    for seed in range(20):
        part = cropped(whole, random.Random(seed))  # noqa: S311 - no secret
        assert part.context in whole.context
        assert len(part.context) < len(whole.context) / 2
        assert [part.context[start:end] for start, end in part.answers] == ["Charles Michel"]
        assert part.context.startswith(("Sentence", "Interior", "Prime"))


def test_a_false_question_asks_what_the_context_does_not_say():
    """A name, a year or a word that decides becomes another one, never the answer, or the verb is negated."""
    context = "In 1998 the northern towns of Belgium joined Holland. In 2004 Minister Jan Jambon left for Brussels."
    asked = question("In which year did the northern towns of Belgium join Holland?", context, "1998")
    near = Entities.of([context])
    made = [falsified(asked, near, near, random.Random(seed)) for seed in range(60)]  # noqa: S311 - no secret
    texts = {false.question for false in made if false}
    assert "In which year did the southern towns of Belgium join Holland?" in texts
    assert "In which year didn't the northern towns of Belgium join Holland?" in texts
    assert "In which year did the northern towns of Brussels join Holland?" in texts
    assert asked.question not in texts
    assert not any("1998" in text for text in texts)
    assert all(false.answers == () and false.context == context for false in made if false)


def test_an_example_points_at_its_answer_or_at_nothing():
    """The tokens of the example are the answer's; an unanswerable question points at ``[CLS]``."""
    encoded = Encoded(QUESTIONS, Tokenizer())
    for asked in QUESTIONS:
        (example,) = encoded.examples(asked, random.Random(1))  # noqa: S311 - no secret
        if asked.answers:
            assert example.window.characters(example.first, example.last) in asked.answers
        else:
            assert (example.first, example.last) == (0, 0)


def test_padding_and_neighbours_do_not_change_logits():
    """A window alone and beside a longer one gives the same logits, and none outside the context but ``[CLS]``."""
    network = base_network().eval()
    texts = Tokenizer().tokens(["Who refused?", STORY, OTHER * 5])
    short, long = (next(iter(windows(texts[0], context))) for context in texts[1:])
    with torch.inference_mode():
        alone, beside = network(*tensors([short])), network(*tensors([long, short]))
    size = len(short.ids)
    assert torch.allclose(alone[0, :, :size], beside[1, :, :size], atol=1e-4)
    finite = torch.isfinite(beside[1])
    assert finite[0].nonzero().flatten().tolist() == [0, *range(short.context, size - 1)]


def test_saved_weights_load_again_and_leave_the_word_embeddings_out(tmp_path):
    """Half precision and no word embeddings: a quarter of the base model's size, nearly the same logits."""
    network = base_network().eval()
    path = tmp_path / "model.safetensors"
    save(network, path, {})
    assert path.stat().st_size < 23e6
    texts = Tokenizer().tokens(["Who refused?", STORY])
    inputs = tensors(list(windows(*texts)))
    with torch.inference_mode():
        before, after = network(*inputs), load(path)(*inputs)
    finite = torch.isfinite(before)
    assert torch.allclose(before[finite], after[finite], atol=0.02)


def test_an_average_lies_between_its_two_weights(tmp_path):
    """A quarter of the way from the first to the second, and both trainings told."""
    first, second = base_network(), base_network()
    with torch.no_grad():
        first.head.weight.fill_(0.0)
        second.head.weight.fill_(4.0)
    for name, network in (("first", first), ("second", second)):
        save(network, tmp_path / name, {"training": json.dumps({"run": name})})
    average(tmp_path / "first", tmp_path / "second", 0.25, tmp_path / "both")
    assert torch.equal(load(tmp_path / "both").head.weight, torch.ones(2, 384))
    with safe_open(tmp_path / "both", "pt") as opened:
        told = json.loads(opened.metadata()["training"])
    assert told == {"share_of_second": 0.25, "first": {"run": "first"}, "second": {"run": "second"}}


@pytest.mark.parametrize("content", [None, b"", b"no weights at all"])
def test_damaged_weights_are_one_line_of_error(tmp_path, content):
    """A missing, empty or foreign file names itself."""
    path = tmp_path / "model.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BylineError, match="cannot be read as the reader's weights") as caught:
        load(path)
    assert "\n" not in str(caught.value)


def test_training_goes_on_from_its_checkpoint_as_if_never_stopped(tmp_path):
    """Four steps in one go, and two, a stop and two more, end in the same weights."""
    config = Config(steps=4, batch_tokens=64)
    whole = Run(config, tmp_path)
    train(whole, QUESTIONS)
    stopped = Run(config, tmp_path)
    for batch in list(batches(QUESTIONS, config, 0))[:2]:
        stopped.train(batch)
    stopped.write()
    resumed = Run(config, tmp_path)
    resumed.resume()
    train(resumed, QUESTIONS)
    assert resumed.step == whole.step == 4
    for name, tensor in whole.network.state_dict().items():
        assert torch.equal(tensor, resumed.network.state_dict()[name]), name


def test_the_command_trains_and_logs(tmp_path):
    """A run leaves weights, checkpoint and log; the loss of what it has seen falls."""
    rows = [
        row(
            asked.context,
            [{"text": asked.context[start:end], "start": start} for start, end in asked.answers],
            asked.group,
            asked.question,
        )
        for asked in QUESTIONS
    ]
    data = write(tmp_path / "reader.jsonl.gz", rows)
    command = [sys.executable, "-m", "qa.reader.train", "--data", data, "--out", tmp_path / "out", "--steps", "54"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    config, first, last = [json.loads(line) for line in (tmp_path / "out/log.jsonl").read_text().splitlines()]
    assert config["config"]["steps"] == 54
    assert last["step"] == 54
    assert last["loss"] < first["loss"]
    assert (tmp_path / "out/checkpoint.pt").exists()
    weights = tmp_path / "out/model.safetensors"
    on_from_it = Run(Config(steps=1), tmp_path, weights).network.state_dict()
    for name, tensor in load(weights).state_dict().items():
        assert torch.equal(tensor, on_from_it[name]), name
