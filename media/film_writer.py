"""Writes the films and voice notes that are shown: H.264 and AAC in an MP4 that begins to play at once.

Nothing is carried over but pictures and sound: no metadata is copied, and the libraries' own signatures are kept out.
Only inside the confined processes.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.bitstream import BitStreamFilterContext
from av.codec.context import Flags as CodecFlags
from av.container.core import Flags
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

CLOCK = 90_000
"""Ticks of the picture clock in a second."""
FILM_SOUND_BITS, VOICE_BITS = 96_000, 64_000
_THREADS = 2
_X264 = {
    "preset": "veryfast",
    "crf": "26",
    # Phones write noise that no constant quality foresees; this keeps two minutes below 40 MB.
    "maxrate": "2500k",
    "bufsize": "5000k",
    "g": "60",
    "profile": "high",
}
# Supplemental information is where the encoder signs with its name and settings.
_WITHOUT_SIGNATURE = "filter_units=remove_types=6"
_BT709, _LIMITED_RANGE = 1, 1


class FilmWriter:
    """One file under way. Pictures have even sides in yuv420p; sound is planar float in pieces of 1024 samples.

    `size` None writes a voice note, `sound` None a silent film; `sound` is (samples a second, "mono" or "stereo").
    """

    def __init__(self, path: Path, size: tuple[int, int] | None, sound: tuple[int, str] | None) -> None:
        options = {"movflags": "+faststart"}
        self._path = path
        self._file = av.open(str(path), "w", format="mp4" if size else "ipod", options=options)
        self._file.flags |= cast(int, Flags.bitexact.value)
        self._video = self._add_video(size) if size else None
        self._audio = self._add_audio(*sound, FILM_SOUND_BITS if size else VOICE_BITS) if sound else None
        self._unsigned: BitStreamFilterContext | None = None
        self._samples = 0
        self._last = -1
        self.seconds = 0.0

    def _add_video(self, size: tuple[int, int]) -> VideoStream:
        stream = self._file.add_stream("libx264", rate=30, options=dict(_X264))
        context = stream.codec_context
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        context.time_base = Fraction(1, CLOCK)
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        context.color_range = _LIMITED_RANGE
        context.thread_count = _THREADS
        context.flags |= CodecFlags.bitexact | CodecFlags.frame_duration
        return stream

    def _add_audio(self, rate: int, layout: str, bits: int) -> AudioStream:
        stream = self._file.add_stream("aac", rate=rate)
        stream.layout = layout
        stream.bit_rate = bits if layout == "stereo" else bits * 2 // 3
        stream.codec_context.flags |= CodecFlags.bitexact
        return stream

    def picture(self, frame: VideoFrame, at: float, lasting: float = 1 / 30) -> bool:
        """Add a picture that is shown `at` seconds; False when its moment has passed already.

        How long it is `lasting` counts only for the last one.
        """
        assert self._video is not None
        tick = round(at * CLOCK)
        if tick <= self._last:
            return False
        self._last = tick
        frame.pts, frame.time_base = tick, Fraction(1, CLOCK)
        frame.duration = round(lasting * CLOCK)
        frame.pict_type = 0
        self._mux_video(self._video.encode(frame))
        self.seconds = max(self.seconds, at + lasting)
        return True

    def sound(self, frame: AudioFrame) -> None:
        """Add the sound that follows what was added before."""
        assert self._audio is not None
        frame.pts, frame.time_base = self._samples, Fraction(1, frame.sample_rate)
        self._samples += frame.samples
        self._file.mux(self._audio.encode(frame))
        self.seconds = max(self.seconds, self._samples / frame.sample_rate)

    def _mux_video(self, packets: Iterable[Packet[VideoStream]]) -> None:
        for packet in packets:
            if self._unsigned is None:
                self._unsigned = BitStreamFilterContext(_WITHOUT_SIGNATURE, self._video)
            self._file.mux(self._unsigned.filter(packet))

    def close(self) -> None:
        """Write what is under way and the index; moves the index to the front."""
        if self._video is not None:
            self._mux_video(self._video.encode(None))
            if self._unsigned is not None:
                self._file.mux(self._unsigned.filter(None))
        if self._audio is not None:
            self._file.mux(self._audio.encode(None))
        self._file.close()
        _blank_metadata(self._path)

    def __enter__(self) -> FilmWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self._file.close()


def _blank_metadata(path: Path) -> None:
    """Turn the metadata box, which the library writes even when there is none, into free space full of zeros."""
    with path.open("r+b") as file:
        for name, start, stop in _boxes(file, 0, path.stat().st_size):
            for inner, content, end in _boxes(file, start, stop) if name == b"moov" else ():
                if inner == b"udta":
                    file.seek(content - 4)
                    file.write(b"free" + bytes(end - content))


def _boxes(file: BinaryIO, at: int, end: int) -> list[tuple[bytes, int, int]]:
    """(name, start of the content, end) of boxes with lengths of 4 or 8 bytes, as the library writes them."""
    found = []
    while at + 8 <= end:
        file.seek(at)
        head = file.read(16)
        length, start = int.from_bytes(head[:4], "big"), at + 8
        if length == 1:
            length, start = int.from_bytes(head[8:], "big"), at + 16
        if length < start - at:
            break
        found.append((head[4:8], start, at + length))
        at += length
    return found
