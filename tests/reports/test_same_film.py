"""When two films are the same, by the fingerprints of their pictures."""

import random

from reports.same_film import common_scenes, is_same, scenes

DICE = random.Random(5)
STREET = [DICE.getrandbits(64) for _ in range(8)]


def shaken(print_: int, bits: int) -> int:
    """The fingerprint with so many bits changed."""
    for bit in DICE.sample(range(64), bits):
        print_ ^= 1 << bit
    return print_


def test_a_cut_copy_shows_the_scenes_of_the_original() -> None:
    copy = [shaken(one, 4) for one in STREET[2:6]]
    assert common_scenes(copy, STREET) == 4 and is_same(copy, STREET) and is_same(STREET, copy)
    # Half of what the shorter shows is enough, so that something of one's own in between does not hide it.
    assert is_same([*copy, *(DICE.getrandbits(64) for _ in range(4))], STREET)
    assert not is_same([*copy[:3], *(DICE.getrandbits(64) for _ in range(4))], STREET)


def test_one_place_alone_makes_no_film() -> None:
    """A fixed camera shows the same street in all its films, and each time other things that pass."""
    quiet = STREET[0]
    one = [quiet, shaken(quiet, 20), quiet, shaken(quiet, 22), shaken(quiet, 4)]
    other = [shaken(quiet, 2), shaken(quiet, 21), quiet, shaken(quiet, 24)]
    assert common_scenes(one, other) == 1 and not is_same(one, other)
    still = [shaken(quiet, 2) for _ in range(30)]
    assert len(scenes(still)) == 1 and not is_same(still, still[:9])
    assert not is_same([], STREET) and not is_same(STREET[:2], STREET)
