"""Windows of about the same length side by side as tensors. Knows nothing of answers or the network."""

from collections.abc import Iterator, Sequence

import torch
from torch import Tensor

from qa.reader.windows import Window

STEP = 32  # lengths are rounded up to multiples of it: 8 shapes, so that memory stays bounded


def tensors(batch: Sequence[Window]) -> tuple[Tensor, Tensor, Tensor]:
    """Return ids, types and mask, each (B, T), T the longest window's length rounded up to ``STEP``."""
    length = -(-max(len(window.ids) for window in batch) // STEP) * STEP
    ids = torch.zeros(len(batch), length, dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for row, window in enumerate(batch):
        size = len(window.ids)
        ids[row, :size] = torch.tensor(window.ids)
        types[row, window.context : size] = 1
        mask[row, :size] = 1
    return ids, types, mask


def by_length(lengths: Sequence[int], tokens: int) -> Iterator[list[int]]:
    """Group indexes so that each group's windows are alike in length and hold at most ``tokens`` with their padding."""
    group: list[int] = []
    longest = 0
    for index in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        longest = -(-lengths[index] // STEP) * STEP
        if group and longest * (len(group) + 1) > tokens:
            yield group
            group = []
        group.append(index)
    if group:
        yield group
