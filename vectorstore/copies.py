"""Which articles are copies of one another: the same wire story, printed by several papers with other heads and tails.

Knows only texts and ids. An article's signature depends on its text alone, so it is made once and kept.
"""

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import numpy as np
from datasketch import MinHash
from numpy.typing import NDArray

# Estimated Jaccard similarity, in [0, 1], of two articles' sets of shingles, from which they count as copies. Read off
# 28,000 news articles: wire stories in two papers lay at 0.94 to 0.96; of the 14 pairs of different texts from 0.8 on,
# 12 were one text with edits; of the 75 from 0.5 to 0.8 most were other stories in the same frame (picture galleries,
# live updates, last year's version). To hide one of those loses answers, while a copy that is missed only counts twice.
# The estimate's standard error at 0.8 is 0.035.
THRESHOLD = 0.8
PERMUTATIONS = 128
SHINGLE = 5  # words
MIN_WORDS = 50  # shorter texts have too few shingles to estimate from: only the same words are a copy

_SEED = 1
_SCHEME = "affine32"  # named, so that signatures that were kept stay comparable when datasketch's default changes
# Pairs that agree on all of some band are compared: all but 0.005 % of those at the threshold, 6 % of those at 0.3.
_BAND = 5
_BANDS = PERMUTATIONS // _BAND
_WORD = re.compile(r"\w+")

Signatures = NDArray[np.uint32]


def signature(text: str) -> bytes:
    """Return what ``group_copies`` compares: a MinHash of the text's shingles, or a hash of a short text's words.

    MinHash: Broder, "On the resemblance and containment of documents", 1997.
    """
    words = _WORD.findall(text.lower())
    if len(words) < MIN_WORDS:
        return hashlib.sha256(" ".join(words or [text]).encode("utf-8", "surrogatepass")).digest()
    minhash = MinHash(PERMUTATIONS, seed=_SEED, hashfunc=zlib.crc32, scheme=_SCHEME)
    shingles = {" ".join(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}
    for batch in _batches(sorted(shingles), 4096):  # 128 numbers a shingle: bounds memory on a huge text
        minhash.update_batch(shingle.encode("utf-8", "surrogatepass") for shingle in batch)
    return bytes(minhash.hashvalues.astype("<u4").tobytes())


def group_copies(signatures: Mapping[str, bytes]) -> dict[str, str]:
    """Group articles that are copies: article id → the smallest id of its group (its own, where it has no copy).

    Whatever is linked by a chain of copies is one group. The result does not depend on the order of ``signatures``.
    """
    same: dict[bytes, list[str]] = defaultdict(list)
    for article_id in sorted(signatures):
        same[signatures[article_id]].append(article_id)
    # From here on, one stands for all of the same signature; the smaller number has the smaller id.
    long = [value for value in same if len(value) == 4 * PERMUTATIONS]
    parents = list(range(len(long)))
    matrix = np.frombuffer(b"".join(long), dtype="<u4").reshape(len(long), PERMUTATIONS)
    for members in _candidates(matrix):
        _join(matrix, members, parents)
    first = {value: ids[0] for value, ids in same.items()}
    for number, value in enumerate(long):
        first[value] = same[long[_root(parents, number)]][0]
    return {article_id: first[signatures[article_id]] for article_id in sorted(signatures)}


def _batches(items: Sequence[str], size: int) -> Iterator[list[str]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _candidates(matrix: Signatures) -> Iterator[NDArray[np.intp]]:
    """Yield, ascending, the rows that agree on a whole band (locality-sensitive hashing), band after band."""
    for band in range(_BANDS):
        columns = matrix[:, band * _BAND : (band + 1) * _BAND]
        order = np.lexsort(columns.T)  # stable: equal rows stay ascending
        differs = np.any(columns[order[1:]] != columns[order[:-1]], axis=1)
        for members in np.split(order, np.flatnonzero(differs) + 1):
            if len(members) > 1:
                yield members


def _join(matrix: Signatures, members: NDArray[np.intp], parents: list[int]) -> None:
    """Join the groups of those members that are similar enough; the smallest number stays each group's root."""
    for place, member in enumerate(members[:-1]):
        roots = {_root(parents, int(other)) for other in members}
        if len(roots) == 1:
            return
        others = members[place + 1 :]
        similar = np.mean(matrix[others] == matrix[member], axis=1) >= THRESHOLD
        for other in others[similar]:
            one, two = sorted((_root(parents, int(member)), _root(parents, int(other))))
            parents[two] = one


def _root(parents: list[int], number: int) -> int:
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = parents[number]
    return number
