"""Whether a film is one that was used before, from the fingerprints of both. Pure; `reports.used_pictures` finds them.

One picture that is near proves little: all films of one street by one fixed camera show the same street. So what counts
are scenes: pictures of a film that are not like one another. A copy shows those of the original, and another film of
the same street other things that pass. docs/adr/0033-proof.md has the reasons and the figures.
"""

from collections.abc import Sequence

from reports.alike import SAME_PICTURE_BITS

OTHER_SCENE_BITS = 10
FEWEST_SCENES = 3


def scenes(prints: Sequence[int]) -> list[int]:
    """Those of the fingerprints of which none is like another, in their order."""
    found: list[int] = []
    for one in prints:
        if all((one ^ other).bit_count() >= OTHER_SCENE_BITS for other in found):
            found.append(one)
    return found


def common_scenes(one: Sequence[int], other: Sequence[int]) -> int:
    """How many scenes of `one` are in `other`."""
    return len(scenes([print_ for print_ in one if _among(print_, other)]))


def is_same(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether both show the same three scenes and half of what the one with fewer of them shows.

    A film that hardly moves has fewer than three, and is never surely the same.
    """
    fewer = min(len(scenes(one)), len(scenes(other)))
    return common_scenes(one, other) >= max(FEWEST_SCENES, (fewer + 1) // 2)


def _among(print_: int, others: Sequence[int]) -> bool:
    return any((print_ ^ other).bit_count() <= SAME_PICTURE_BITS for other in others)
