"""Trains the reader: ``python -m qa.reader.train --data FILE … --out FOLDER (--minutes M | --steps N)``.

Runs on CPU or GPU. Goes on from the checkpoint in ``--out`` with ``--resume``, and starts from other weights than the
base model's with ``--from``. Into ``--out`` go ``model.safetensors`` (also
while it trains), ``checkpoint.pt`` to go on from, and ``log.jsonl``: the configuration, then one line every 50 steps.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import nn

from qa.reader.batch import by_length, tensors
from qa.reader.data import Encoded, Example, Mix, draw, read_questions, split
from qa.reader.model import SpanNetwork, base_network, save, trained
from qa.reader.question import Question
from qa.reader.windows import Tokenizer
from vectorstore.errors import BylineError
from vectorstore.terminal import warn

_LOG_STEPS = 50
_CHUNK = 1500  # windows sorted by length at a time; the order of the data is random beyond that


@dataclass(frozen=True, slots=True)
class Config:
    """A run. It ends after ``steps`` steps, or after ``minutes`` of training where that is not 0."""

    steps: int = 0
    minutes: float = 0.0
    seed: int = 1
    batch_tokens: int = 4096  # about 24 windows a step
    learning_rate: float = 2e-4  # its peak: linear warm-up, then linear decay to 0
    warm_up: float = 0.04  # share of the run
    weight_decay: float = 0.01
    dropout: float = 0.1  # share of hidden values; without it five passes learned the data by heart
    clip: float = 1.0
    mix: Mix = field(default_factory=Mix)
    checkpoint_minutes: float = 5.0


class Run:
    """A training under way: network, optimiser and how far they are."""

    def __init__(self, config: Config, out: Path, weights: Path | None = None) -> None:
        self.config = config
        self.out = out
        self.step = self.passes = self.position = self.windows = 0  # position: batches done of this pass
        self.seconds = 0.0
        torch.manual_seed(config.seed)
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.network: SpanNetwork = base_network(weights, config.dropout).to(self.device)
        self.parameters = [parameter for parameter in self.network.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=config.learning_rate, weight_decay=config.weight_decay, fused=True
        )

    @property
    def progress(self) -> float:
        """How much of the run is done; 1 is the end."""
        if self.config.minutes:
            return self.seconds / (60 * self.config.minutes)
        return self.step / self.config.steps

    def train(self, batch: Sequence[Example]) -> torch.Tensor:
        """Take one step; return its loss, the mean of the start's and the end's cross-entropy."""
        began = time.monotonic()
        progress = self.progress
        rate = min(1.0, progress / self.config.warm_up + 0.01) * (1 - progress)
        for group in self.optimizer.param_groups:
            group["lr"] = self.config.learning_rate * rate
        torch.manual_seed(self.config.seed * 1_000_000 + self.step)  # what is dropped is the same after a resume
        inputs = (tensor.to(self.device) for tensor in tensors([example.window for example in batch]))
        target = torch.tensor([(example.first, example.last) for example in batch], device=self.device)  # (B, 2)
        with torch.autocast(self.device.type, torch.bfloat16):
            logits = self.network(*inputs)  # (B, 2, T)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), target.flatten())
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.parameters, self.config.clip)
        self.optimizer.step()
        self.step += 1
        self.position += 1
        self.windows += len(batch)
        self.seconds += time.monotonic() - began
        return loss.detach()

    def write(self) -> None:
        """Write the weights and the checkpoint, each whole or not at all."""
        state = {
            "network": trained(self.network),
            "optimizer": self.optimizer.state_dict(),
            "progress": [self.step, self.passes, self.position, self.windows, self.seconds],
        }
        torch.save(state, self.out / "checkpoint.tmp")
        (self.out / "checkpoint.tmp").replace(self.out / "checkpoint.pt")
        details = {"steps": self.step, "windows": self.windows, "progress": round(min(self.progress, 1), 3)}
        config = {**asdict(self.config), **details}
        save(self.network, self.out / "model.tmp", {"training": json.dumps(config, sort_keys=True)})
        (self.out / "model.tmp").replace(self.out / "model.safetensors")

    def resume(self) -> None:
        """Go on from the checkpoint of ``out``."""
        state = torch.load(self.out / "checkpoint.pt", map_location=self.device, weights_only=True)
        self.network.load_state_dict(state["network"], strict=False)
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.passes, self.position, self.windows, self.seconds = state["progress"]


def batches(questions: Sequence[Question], config: Config, number: int) -> Iterator[list[Example]]:
    """The batches of one pass, the same ones each time for the same seed and number of the pass."""
    seed = 1000 * config.seed + number
    drawn = draw(questions, config.mix, seed)
    encoded = Encoded(drawn, Tokenizer())
    rng = random.Random(seed)  # noqa: S311 - no secret
    examples = [example for question in drawn for example in encoded.examples(question, rng)]
    for begin in range(0, len(examples), _CHUNK):
        chunk = examples[begin : begin + _CHUNK]
        groups = list(by_length([len(example.window.ids) for example in chunk], config.batch_tokens))
        rng.shuffle(groups)
        for group in groups:
            yield [chunk[index] for index in group]


def train(run: Run, questions: Sequence[Question]) -> None:
    """Train to the end of the run, logging and writing checkpoints on the way."""
    losses: list[torch.Tensor] = []
    written = run.seconds
    while run.progress < 1:
        for number, batch in enumerate(batches(questions, run.config, run.passes)):
            if number < run.position:
                continue  # done before the checkpoint
            losses.append(run.train(batch))
            if len(losses) == _LOG_STEPS or run.progress >= 1:
                _log(run, float(torch.stack(losses).mean()))
                losses.clear()
            if run.progress >= 1:
                break
            if run.seconds - written > 60 * run.config.checkpoint_minutes:
                run.write()
                written = run.seconds
        else:
            run.passes, run.position = run.passes + 1, 0
    run.write()


def _log(run: Run, loss: float) -> None:
    line: dict[str, Any] = {"step": run.step, "windows": run.windows, "loss": round(loss, 4)}
    line |= {"progress": round(run.progress, 4), "pass": run.passes, "seconds": round(run.seconds, 1)}
    _append(run, {**line, "windows_per_second": round(run.windows / run.seconds, 1)})


def _append(run: Run, line: Mapping[str, Any]) -> None:
    with (run.out / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")


def main() -> int:
    """Read the command line and train; return the exit status."""
    usual = Config()
    parser = argparse.ArgumentParser(prog="python -m qa.reader.train", description="Train the reader.")
    parser.add_argument("--data", type=Path, required=True, nargs="+", help="files of questions, .jsonl.gz")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights, checkpoint and log")
    end = parser.add_mutually_exclusive_group(required=True)
    end.add_argument("--minutes", type=float, default=0.0, help="train for so long")
    end.add_argument("--steps", type=int, default=0, help="train so many steps of about 24 windows")
    parser.add_argument("--learning-rate", type=float, default=usual.learning_rate, help="its peak")
    parser.add_argument("--seed", type=int, default=usual.seed, help="of the order, the pairs and the new layer")
    parser.add_argument("--from", type=Path, dest="weights", metavar="FILE", help="weights to start from")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    args = parser.parse_args()
    try:
        training, _ = split(read_questions(*args.data))
    except BylineError as error:
        warn(error)
        return 2
    args.out.mkdir(parents=True, exist_ok=True)
    config = Config(steps=args.steps, minutes=args.minutes, learning_rate=args.learning_rate, seed=args.seed)
    run = Run(config, args.out, args.weights)
    if args.resume:
        run.resume()
    _append(run, {"config": asdict(config), "from": args.weights and args.weights.name, "resumed_at": run.step})
    train(run, training)
    return 0


if __name__ == "__main__":
    sys.exit(main())
