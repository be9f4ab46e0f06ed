"""Reading films and voice notes with libav, only inside the confined process: everything here may hang or crash.

One reader, told by our own look at the bytes, may open one local file; it guesses no format, follows no playlist and
knows only the codecs that phones write. The length is measured over all packets, never believed.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from media import film_hints
from media.confined import Refusal, short
from media.containers import Malformed
from media.disguises import disguise
from media.film_containers import walk_film
from media.film_kinds import family_of, film_type, named_by_tracks
from media.film_turns import Turn, turn_of
from media.verdicts import FilmType, Kind

av.logging.set_level(None)

PICTURE_CODECS = {"h264", "hevc", "vp8", "vp9", "av1", "h263", "mpeg4", "mjpeg"}
SOUND_CODECS = {"aac", "opus", "vorbis", "amr_nb", "amr_wb", "mp3", "alac", "flac"}
_PLAIN_SOUND = "pcm_"
# The names of the decoders behind those codecs, as libavformat wants them to look at the first packets.
_DECODERS = (
    "h264,hevc,vp8,vp9,libvpx,libvpx-vp9,libdav1d,av1,h263,mpeg4,mjpeg,aac,opus,libopus,vorbis,amrnb,amrwb,"
    "libopencore_amrnb,libopencore_amrwb,mp3float,mp3,alac,flac,pcm_s16le,pcm_s16be,pcm_u8,pcm_s8,pcm_s24le,pcm_f32le,"
    "pcm_alaw,pcm_mulaw"
)
_READERS = {"mov": "mov", "matroska": "matroska", "ogg": "ogg", "amr": "amr", "wav": "wav"}
_MOST_PACKETS = 2_000_000
# A decoder may need many packets before its first picture (open groups), but not more than some seconds of them.
_TRIES = 300
_SHORTEST = 0.001
Media = VideoStream | AudioStream


@dataclass
class Bounds:
    """What one film or voice note may have: pixels of a picture, seconds of either kind."""

    pixels: int
    film_seconds: float
    voice_seconds: float


@dataclass
class Survey:
    """What one pass over all packets has shown. `start` and `end` are seconds of the container's own clock.

    `picture` and `sound` are the first frames that could be decoded, None where there is no such track. `shape` is the
    width of a pixel in heights of one.
    """

    kind: Kind
    content_type: FilmType
    picture: VideoFrame | None
    sound: AudioFrame | None
    start: Fraction
    end: Fraction
    tags: dict[str, str]
    shape: Fraction = Fraction(1)
    cautions: list[list[str]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """How long it plays."""
        return max(float(self.end - self.start), _SHORTEST)

    @property
    def turn(self) -> Turn:
        """How to turn its pictures upright."""
        return turn_of(self.picture) if self.picture is not None else Turn("", False)

    @property
    def size(self) -> tuple[int, int]:
        """Pixels as a viewer sees them: upright, and square ones. (0, 0) for a voice note."""
        if self.picture is None:
            return 0, 0
        width, height = max(1, round(self.picture.width * self.shape)), self.picture.height
        return (height, width) if self.turn.sideways else (width, height)


def probe(path: Path, bounds: Bounds) -> dict[str, Any]:
    """What the file is, without decoding more of it than its first frames; raises Refusal."""
    content_type, cautions = judge(path)
    survey = look(path, content_type, bounds)
    gps, why_not = film_hints.position(survey.tags)
    cautions += survey.cautions + ([["gps-unusable", why_not]] if why_not else [])
    return {
        "kind": survey.kind,
        "content_type": survey.content_type,
        "width": survey.size[0],
        "height": survey.size[1],
        "duration_s": round(survey.seconds, 3),
        "taken_at": film_hints.taken_at(survey.tags),
        "gps": gps,
        "warnings": cautions,
    }


def judge(path: Path) -> tuple[FilmType, list[list[str]]]:
    """The type by the bytes alone, and what is odd about them; raises Refusal."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        content_type = film_type(data[:1024])
        if content_type is None:
            raise Refusal("unsupported-type")
        try:
            container = walk_film(data, content_type)
        except Malformed as fault:
            raise Refusal(fault.code, fault.detail) from fault
        what_else = disguise(data, container)
        if what_else:
            raise Refusal("polyglot", what_else)
        behind = len(data) - container.end
    if behind:
        return content_type, [["trailing-data", f"{behind} bytes behind the film are kept sealed and never shown."]]
    return content_type, []


@contextmanager
def opened(path: Path, content_type: FilmType, bounds: Bounds) -> Iterator[InputContainer]:
    """The file, opened by the one reader of its family; raises Refusal."""
    reader = _READERS[family_of(content_type)]
    options = {
        "protocol_whitelist": "file",
        "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,amr,wav",
        "codec_whitelist": _DECODERS,
        "max_pixels": str(2 * bounds.pixels),
        "enable_drefs": "0",
        "use_absolute_path": "0",
    }
    try:
        container = av.open(str(path), "r", format=reader, options=options, metadata_errors="replace")
    except MemoryError:
        raise
    except (av.FFmpegError, OSError, ValueError) as fault:
        raise Refusal("unreadable", short(fault)) from fault
    try:
        yield container
    finally:
        container.close()


def tracks_of(container: InputContainer, bounds: Bounds) -> tuple[VideoStream | None, AudioStream | None]:
    """The first picture track and the first sound track that can be read; raises Refusal where there is none."""
    films = [one for one in container.streams.video if not one.disposition & Disposition.attached_pic]
    film = next((one for one in films if _codec(one) in PICTURE_CODECS), None)
    sound = next((one for one in container.streams.audio if _is_sound(_codec(one))), None)
    if film is None and films:
        raise Refusal("unsupported-type", f"Its pictures are {_codec(films[0]) or 'of an unknown codec'}.")
    if film is None and sound is None:
        raise Refusal("unsupported-type" if container.streams.audio else "no-track")
    if film is not None:
        # The decoder is opened by the first packet, so this is early enough for any size.
        count_pixels(film.codec_context.width, film.codec_context.height, bounds)
    return film, sound


def _codec(stream: Media) -> str:
    context = stream.codec_context
    return context.codec.canonical_name if context is not None else ""


def _is_sound(codec: str) -> bool:
    return codec in SOUND_CODECS or codec.startswith(_PLAIN_SOUND)


def count_pixels(width: int, height: int, bounds: Bounds) -> None:
    """Raises Refusal for more pixels than allowed."""
    if width * height > bounds.pixels:
        raise Refusal("too-many-pixels", f"It declares {width} x {height}.")


def look(path: Path, content_type: FilmType, bounds: Bounds) -> Survey:
    """Read every packet once, decode the first frames; raises Refusal."""
    with opened(path, content_type, bounds) as container:
        film, sound = tracks_of(container, bounds)
        streams: list[Media] = [one for one in (film, sound) if one is not None]
        kind: Kind = "video" if film is not None else "audio"
        passing = _Passing(bounds.film_seconds if film is not None else bounds.voice_seconds)
        for one in streams:
            prepare(one, bounds, threads=1)
        for packet in packets(container, streams):
            passing.see(packet)
        pictures, sounds = passing.first.get("video"), passing.first.get("audio")
        tags = {**container.metadata}
        for stream in streams:
            tags = {**stream.metadata, **tags}
        shape, has_sound = _shape(film), bool(container.streams.audio)
    if kind == "video" and not isinstance(pictures, VideoFrame):
        raise Refusal("unreadable", "Not one of its pictures can be decoded.")
    if kind == "audio" and not isinstance(sounds, AudioFrame):
        raise Refusal("unreadable", "Its sound cannot be decoded.")
    survey = Survey(
        kind,
        named_by_tracks(content_type, kind == "video"),
        pictures if isinstance(pictures, VideoFrame) else None,
        sounds if isinstance(sounds, AudioFrame) else None,
        passing.start or Fraction(0),
        passing.end or Fraction(0),
        tags,
        shape,
    )
    if has_sound and survey.sound is None:
        survey.cautions.append(["sound-left-out", "Its sound cannot be read and is left out."])
    if survey.picture is not None:
        count_pixels(survey.picture.width, survey.picture.height, bounds)
    return survey


def prepare(stream: Media, bounds: Bounds, threads: int) -> None:
    """Bound the decoder before its first packet: a film may change to larger pictures on the way.

    Twice as much as allowed, because it counts whole blocks; the pictures themselves are counted exactly.
    """
    stream.codec_context.options = {"max_pixels": str(2 * bounds.pixels)}
    stream.codec_context.thread_type = "AUTO"
    stream.codec_context.thread_count = threads


def _shape(film: VideoStream | None) -> Fraction:
    """Pixels are square where nothing is said, or something absurd."""
    shape = film.sample_aspect_ratio if film is not None else None
    return Fraction(shape) if shape and Fraction(1, 4) <= shape <= 4 else Fraction(1)


def packets(container: InputContainer, streams: list[Media]) -> Iterator[Packet[Any]]:
    """All packets in the order of the file, at last the empty ones that flush; damage ends them."""
    try:
        for count, packet in enumerate(container.demux(*streams)):
            if count > _MOST_PACKETS:
                raise Refusal("unreadable", "It consists of too many packets.")
            yield packet
    except MemoryError:
        raise
    except (av.FFmpegError, OSError) as fault:
        raise Refusal("unreadable", short(fault)) from fault


class _Passing:
    """The earliest and the latest moment, and the first frame of each track."""

    def __init__(self, most_seconds: float) -> None:
        self.start: Fraction | None = None
        self.end: Fraction | None = None
        self.first: dict[str, VideoFrame | AudioFrame] = {}
        self._tries: dict[str, int] = {}
        self._most = most_seconds

    def see(self, packet: Packet[Any]) -> None:
        kind = packet.stream.type
        if kind not in self.first and self._tries.get(kind, 0) < _TRIES:
            self._tries[kind] = self._tries.get(kind, 0) + 1
            self._try(kind, packet)
        when = packet.pts if packet.pts is not None else packet.dts
        base = packet.time_base
        # What an edit list has cut away is decoded but not shown.
        if when is None or base is None or packet.is_discard:
            return
        begin = when * Fraction(base)
        stop = begin + max(0, packet.duration or 0) * Fraction(base)
        self.start = begin if self.start is None else min(self.start, begin)
        self.end = stop if self.end is None else max(self.end, stop)
        # Half a second of grace: a recorder that stops at the limit writes the frame it was in.
        if self.end - self.start > self._most + 0.5:
            raise Refusal("too-long", f"It plays longer than {self._most:g} s.")

    def _try(self, kind: str, packet: Packet[Any]) -> None:
        for frame in decoded(packet):
            if isinstance(frame, VideoFrame | AudioFrame):
                self.first.setdefault(kind, frame)


def decoded(packet: Packet[Any]) -> list[Any]:
    """The frames that a packet completes; none of a damaged one."""
    try:
        return list(packet.decode())
    except MemoryError:
        raise
    except (av.FFmpegError, ValueError):
        return []
