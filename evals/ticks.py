"""Round numbers along an axis. Ignorant of how it is drawn."""

import math


def step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below ``least``, which is positive."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(one * power for one in (1, 2, 5, 10) if one * power >= least * (1 - 1e-9))


def ticks(low: float, high: float, most: int) -> tuple[float, ...]:
    """The multiples of a round number from ``low`` to ``high``, ``most`` and at most one more; ``low < high``."""
    apart = step((high - low) / most)
    first, last = math.ceil(low / apart - 1e-9), math.floor(high / apart + 1e-9)
    return tuple(apart * number for number in range(first, last + 1))
