"""Merkle tree hashing and proofs over bytes: RFC 6962 section 2.1, RFC 9162 section 2.1.

Hashes are SHA-256, 32 bytes; indices count from 0. A frontier holds the roots of the complete subtrees that an unfinished tree
consists of, largest first: appending touches only those, so a tree of n leaves is written with log2(n) hashes in memory.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from factcheck.errors import IntegrityError

HASH_SIZE = 32
KEPT = 8
"""Of the levels of complete nodes every eighth is kept, as in tiles of 256: what lies between is computed from those below."""
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Node:
    """The hash over leaves [index * 2**level, (index + 1) * 2**level)."""

    level: int
    index: int
    hash: bytes


def kept_nodes(size: int) -> Iterator[tuple[int, int]]:
    """Level and index of the nodes that are kept of a tree, beside its leaf hashes."""
    level = KEPT
    while size >> level:
        yield from ((level, index) for index in range(size >> level))
        level += KEPT


class Frontier:
    """The right edge of a tree that only grows."""

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError(f"a tree of {size} leaves has {size.bit_count()} complete subtrees, got {len(hashes)}")
        self.size = size
        self.hashes = list(hashes)

    def copy(self) -> Frontier:
        return Frontier(self.size, self.hashes)

    def append(self, leaf: bytes) -> list[Node]:
        """Add a leaf hash; returns the nodes that it completes on levels that are kept (see ``KEPT``)."""
        node, size, level, kept = leaf, self.size, 0, []
        while size & 1:
            node = node_hash(self.hashes.pop(), node)
            size >>= 1
            level += 1
            if level % KEPT == 0:
                kept.append(Node(level, size, node))
        self.hashes.append(node)
        self.size += 1
        return kept

    def root(self) -> bytes:
        if not self.hashes:
            return EMPTY_ROOT
        root = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            root = node_hash(left, root)
        return root


class Provable(ABC):
    """A tree whose complete nodes can be looked up: its root and proofs for any size up to now in logarithmic time."""

    @abstractmethod
    def __len__(self) -> int:
        """The number of leaves."""

    @abstractmethod
    def node(self, level: int, index: int) -> bytes:
        """The hash of a complete subtree: of the leaves [index * 2**level, (index + 1) * 2**level)."""

    def root(self, size: int | None = None) -> bytes:
        """The root over the first ``size`` leaves."""
        size = self._checked(size)
        return self._subtree(0, size) if size else EMPTY_ROOT

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Proof that leaf ``index`` is in the tree of ``size`` leaves: siblings from the leaf up (RFC 9162 section 2.1.3.1)."""
        size = self._checked(size)
        if not 0 <= index < size:
            raise ValueError(f"leaf {index} is not in a tree of {size} leaves")
        start, end, path = 0, size, []
        while end - start > 1:
            split = start + _split(end - start)
            if index < split:
                path.append(self._subtree(split, end))
                end = split
            else:
                path.append(self._subtree(start, split))
                start = split
        return path[::-1]

    def consistency(self, old: int, size: int | None = None) -> list[bytes]:
        """Proof that the tree of ``old`` leaves is a prefix of that of ``size`` (RFC 9162 section 2.1.4.1).

        It is empty for 0 and for equal sizes.
        """
        size = self._checked(size)
        if not 0 <= old <= size:
            raise ValueError(f"a tree of {old} leaves is no prefix of one of {size}")
        if old in (0, size):
            return []
        start, end, whole, path = 0, size, True, []
        while True:
            if old == end:
                if not whole:
                    path.append(self._subtree(start, end))
                return path[::-1]
            split = start + _split(end - start)
            if old <= split:
                path.append(self._subtree(split, end))
                end = split
            else:
                path.append(self._subtree(start, split))
                start, whole = split, False

    def _checked(self, size: int | None) -> int:
        size = len(self) if size is None else size
        if not 0 <= size <= len(self):
            raise ValueError(f"the tree has {len(self)} leaves, not {size}")
        return size

    def _subtree(self, start: int, end: int) -> bytes:
        """The hash over leaves [start, end), where start is a multiple of the largest power of two below the width."""
        width = end - start
        level = width.bit_length() - 1
        if width == 1 << level:
            return self.node(level, start >> level)
        split = start + _split(width)
        return node_hash(self._subtree(start, split), self._subtree(split, end))


class KeptTree(Provable):
    """A tree whose nodes are kept on every eighth level only: a proof costs a handful of look-ups, however large the log.

    Args:
        size: leaves.
        kept: gives the hashes at a level that is a multiple of 8, from the first index up to but without the last, one after the other.
    """

    def __init__(self, size: int, kept: Callable[[int, int, int], bytes]) -> None:
        self._size = size
        self._kept = kept

    def __len__(self) -> int:
        return self._size

    def node(self, level: int, index: int) -> bytes:
        rise = level % KEPT
        row = self._kept(level - rise, index << rise, (index + 1) << rise)
        hashes = [row[at : at + HASH_SIZE] for at in range(0, len(row), HASH_SIZE)]
        if len(hashes) != 1 << rise:
            raise IntegrityError(
                f"The tree lacks nodes: {len(hashes)} of {1 << rise} are there at level {level - rise} from {index << rise} on.",
                place=f"level {level - rise}",
                expected=1 << rise,
                computed=len(hashes),
            )
        while len(hashes) > 1:
            hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
        return hashes[0]

    def frontier(self) -> Frontier:
        """The right edge, to go on from."""
        hashes, start = [], 0
        for level in range(self._size.bit_length() - 1, -1, -1):
            if self._size >> level & 1:
                hashes.append(self.node(level, start >> level))
                start += 1 << level
        return Frontier(self._size, hashes)


class Tree(Provable):
    """All levels of complete nodes over leaf hashes, in memory."""

    def __init__(self, leaves: Sequence[bytes] = ()) -> None:
        self._levels = [bytearray()]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0]) // HASH_SIZE

    def node(self, level: int, index: int) -> bytes:
        return bytes(self._levels[level][index * HASH_SIZE : (index + 1) * HASH_SIZE])

    def root(self, size: int | None = None) -> bytes:
        if size not in (None, len(self)) or not len(self):
            return super().root(size)
        root = b""
        for level, row in enumerate(self._levels):  # over all leaves: the last node of each level that has an odd one
            if len(self) >> level & 1:
                last = bytes(row[-HASH_SIZE:])
                root = node_hash(last, root) if root else last
        return root

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        level, node = 0, leaf
        while True:
            if level == len(self._levels):
                self._levels.append(bytearray())
            row = self._levels[level]
            row += node
            if len(row) // HASH_SIZE % 2:
                return
            node = node_hash(bytes(row[-2 * HASH_SIZE : -HASH_SIZE]), bytes(row[-HASH_SIZE:]))
            level += 1


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, level by level."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a leaf hash stands at ``index`` in the tree with that root (RFC 9162 section 2.1.3.2)."""
    if not 0 <= index < size or any(len(node) != HASH_SIZE for node in (leaf, *path)):
        return False
    fn, sn, computed = index, size - 1, leaf
    for node in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            computed = node_hash(node, computed)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            computed = node_hash(computed, node)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and computed == root


def verify_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the tree of ``new`` leaves extends that of ``old`` (RFC 9162 section 2.1.4.2); nothing is shown about an empty one."""
    if not 0 < old <= new or any(len(node) != HASH_SIZE for node in path):
        return False
    if old == new:
        return not path and old_root == new_root
    if not path:
        return False
    nodes = list(path)
    if old & (old - 1) == 0:
        nodes.insert(0, old_root)
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = nodes[0]
    for node in nodes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            first, second = node_hash(node, first), node_hash(node, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, node)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and first == old_root and second == new_root


def _split(width: int) -> int:
    """The largest power of two smaller than ``width``."""
    return 1 << ((width - 1).bit_length() - 1)
