"""The tree is that of RFC 9162, however it is computed."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import pytest
from audit.vectors import VECTORS, hashes, hexed
from hypothesis import given
from hypothesis import strategies as st

from mentorcore.audit.merkle.leaf import leaf_hash
from mentorcore.audit.merkle.proofs import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    subtrees,
)
from mentorcore.audit.merkle.tiles import WIDTH, subtree_of, tile_path
from mentorcore.audit.merkle.tree import EMPTY_ROOT, HASH, Frontier, node, root
from mentorcore.errors import ProofInvalid

LEAVES = hashes([e["leaf_hash"] for e in VECTORS["log"]["entries"]])
REFERENCE = VECTORS["rfc6962_reference"]
LARGE = VECTORS["large_trees"]


def oracle(leaves: Sequence[bytes]) -> bytes:
    """The definition of the RFC, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node(oracle(leaves[:k]), oracle(leaves[k:]))


def full(leaves: Sequence[bytes]) -> Any:
    return lambda height, n: oracle(leaves[n << height : (n + 1) << height])


def test_the_reference_leaves_give_the_reference_roots() -> None:
    leaves = [leaf_hash(hexed(e)) for e in REFERENCE["entries"]]

    assert [h.hex() for h in leaves] == REFERENCE["leaf_hashes"]
    for size, expected in REFERENCE["roots"].items():
        assert root(leaves[: int(size)]).hex() == expected


def test_the_published_log_has_the_published_roots_and_frontiers() -> None:
    frontier = Frontier()
    for size in range(17):
        assert frontier.root().hex() == VECTORS["log"]["roots"][str(size)]
        assert [h.hex() for h in frontier.hashes] == VECTORS["log"]["frontiers"][str(size)]
        if size < 16:
            frontier.append(LEAVES[size])


@pytest.fixture(scope="module")
def tiles() -> dict[tuple[int, int], bytes]:
    """The tiles of the large tree, grown as the sequencer grows them; roots checked on the way."""
    frontier = Frontier()
    grown: dict[tuple[int, int], bytes] = {}
    for i in range(70_000):
        h = leaf_hash(str(i).encode())
        for level, entry in ((0, h), *frontier.append(h)):
            n = ((i + 1) >> 8 * level) - 1 >> 8
            grown[level, n] = grown.get((level, n), b"") + entry
        expected = LARGE["roots"].get(str(i + 1))
        assert expected is None or frontier.root().hex() == expected
    return grown


def test_the_large_trees_have_the_published_tiles(tiles: dict[tuple[int, int], bytes]) -> None:
    paths = {
        tile_path(level, n, len(data) // HASH): sha256(data).hexdigest()
        for (level, n), data in tiles.items()
    }

    for tile in LARGE["tiles_70000"]:
        assert paths[tile["path"]] == tile["sha256"]
    for level in range(3):
        whole, rest = divmod(70_000 >> (8 * level), WIDTH)
        widths = [len(d) // HASH for (held, _n), d in sorted(tiles.items()) if held == level]
        assert widths == [WIDTH] * whole + [rest] * bool(rest)


def test_proofs_from_tiles_lead_to_the_published_roots(
    tiles: dict[tuple[int, int], bytes],
) -> None:
    subtree = subtree_of(lambda level, n: tiles[level, n])
    sizes = sorted(map(int, LARGE["roots"]))
    told = {size: hexed(LARGE["roots"][str(size)]) for size in sizes}

    for size in sizes:
        for index in (0, 1, 255, 256, size // 2, size - 2, size - 1):
            if index < size:
                proof = inclusion_proof(index, size, subtree)
                check_inclusion(index, size, leaf_hash(str(index).encode()), proof, told[size])
                assert len(proof) <= (size - 1).bit_length()
        for earlier in (s for s in sizes if s <= size):
            proof = consistency_proof(earlier, size, subtree)
            check_consistency(earlier, size, told[earlier], told[size], proof)


def test_a_tile_that_is_too_short_is_said_to_be() -> None:
    subtree = subtree_of(lambda _level, _n: bytes(3 * HASH))

    with pytest.raises(ProofInvalid, match="tile 0 of level 0 holds fewer hashes"):
        subtree(2, 0)


def test_paths_of_tiles_are_those_that_other_logs_use() -> None:
    assert tile_path(0, 5) == "tile/0/005"
    assert tile_path(1, 1_234_067, 17) == "tile/1/x001/x234/067.p/17"


def test_published_inclusion_proofs_are_made_and_accepted() -> None:
    for case in VECTORS["inclusion_proofs"]:
        proof = hashes(case["proof"])
        check_inclusion(
            case["index"], case["size"], hexed(case["leaf_hash"]), proof, hexed(case["root"])
        )

        assert inclusion_proof(case["index"], case["size"], full(LEAVES)) == proof


def test_published_consistency_proofs_are_made_and_accepted() -> None:
    for case in VECTORS["consistency_proofs"]:
        proof = hashes(case["proof"])
        check_consistency(
            case["size1"], case["size2"], hexed(case["root1"]), hexed(case["root2"]), proof
        )

        assert consistency_proof(case["size1"], case["size2"], full(LEAVES)) == proof


@pytest.mark.parametrize("case", VECTORS["invalid_inclusion_proofs"], ids=lambda c: c["why"])
def test_published_wrong_inclusion_proofs_are_refused(case: dict[str, Any]) -> None:
    with pytest.raises(ProofInvalid):
        check_inclusion(
            case["index"],
            case["size"],
            hexed(case["leaf_hash"]),
            hashes(case["proof"]),
            hexed(case["root"]),
        )


@pytest.mark.parametrize("case", VECTORS["invalid_consistency_proofs"], ids=lambda c: c["why"])
def test_published_wrong_consistency_proofs_are_refused(case: dict[str, Any]) -> None:
    with pytest.raises(ProofInvalid):
        check_consistency(
            case["size1"],
            case["size2"],
            hexed(case["root1"]),
            hexed(case["root2"]),
            hashes(case["proof"]),
        )


def test_there_are_no_proofs_about_leaves_or_trees_that_do_not_exist() -> None:
    for index, size in ((-1, 3), (3, 3), (0, 0)):
        with pytest.raises(ProofInvalid):
            inclusion_proof(index, size, full(LEAVES))
    for earlier, later in ((0, 3), (4, 3), (-1, 3)):
        with pytest.raises(ProofInvalid):
            consistency_proof(earlier, later, full(LEAVES))


@given(st.integers(0, 300), st.data())
def test_roots_and_proofs_agree_with_the_definition(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(i.to_bytes(2, "big")) for i in range(size)]
    top = oracle(leaves)

    assert root(leaves) == top
    if not size:
        assert top == EMPTY_ROOT
        return
    index = data.draw(st.integers(0, size - 1))
    check_inclusion(index, size, leaves[index], inclusion_proof(index, size, full(leaves)), top)
    earlier = data.draw(st.integers(1, size))
    check_consistency(
        earlier, size, oracle(leaves[:earlier]), top, consistency_proof(earlier, size, full(leaves))
    )


def test_a_frontier_is_stored_and_read_back() -> None:
    frontier = Frontier()
    for h in LEAVES[:11]:
        frontier.append(h)

    again = Frontier.read(11, frontier.data)

    assert (again.size, again.hashes) == (frontier.size, frontier.hashes)
    for size, data in ((10, frontier.data), (11, frontier.data[:-1]), (-1, b"")):
        with pytest.raises(ProofInvalid):
            Frontier.read(size, data)


def test_a_range_falls_into_its_full_subtrees() -> None:
    assert subtrees(0, 11) == [(3, 0), (1, 4), (0, 10)]
    assert subtrees(8, 12) == [(2, 2)]
