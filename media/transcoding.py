"""Makes the copies of a film or voice note: H.264 and AAC that begin at once, and a poster. Only when confined."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from av.audio.frame import AudioFrame
from av.packet import Packet
from av.video.frame import VideoFrame

from media.confine import allow_cpu
from media.confined import News, Refusal
from media.copies import write_copies
from media.film_filters import Sound, Upright, fitting
from media.film_posters import PosterChoice
from media.film_writer import FilmWriter
from media.films import Bounds, Media, Survey, count_pixels, judge, look, opened, packets, prepare, tracks_of

_FRAMES_A_SECOND = 30
# A frame that comes this much too early still counts as on time: clocks of phones wobble.
_EARLY = 1 / 240
_BASE_CPU, _CPU_EACH_SECOND = 30, 12
_MOST_DAMAGE = 0.25


def transcode(path: Path, film: Path, large: Path, small: Path, bounds: Bounds, news: News) -> dict[str, Any]:
    """Write the film and its poster in two sizes, or the voice note alone; raises Refusal.

    Returns {"video": [width, height, seconds], "large": [width, height], "small": [...]} or {"audio": [seconds]}.
    """
    content_type, _ = judge(path)
    survey = look(path, content_type, bounds)
    # A short film gets less than the longest one may use.
    allow_cpu(round(_BASE_CPU + _CPU_EACH_SECOND * survey.seconds))
    job = _Job(survey, film, bounds, news)
    with opened(path, content_type, bounds) as container, job.writer:
        for stream in job.wanted(*tracks_of(container, bounds)):
            prepare(stream, bounds, threads=2)
        for packet in packets(container, job.streams):
            job.take(packet)
        job.finish()
    news(98)
    if survey.kind == "audio":
        return {"audio": [round(job.writer.seconds, 3)]}
    assert job.poster.best is not None
    return {
        "video": [*job.size, round(job.writer.seconds, 3)],
        **write_copies(job.poster.best, large, small),
    }


class _Job:
    """One film on its way from one file to the other."""

    def __init__(self, survey: Survey, path: Path, bounds: Bounds, news: News) -> None:
        self._survey, self._bounds, self._news = survey, bounds, news
        self._most = survey.seconds + 2
        self.size = fitting(survey.size) if survey.picture is not None else (0, 0)
        self._upright = Upright(survey.turn, survey.shape, self.size)
        self._sound = Sound(survey.sound, mono=survey.kind == "audio") if survey.sound is not None else None
        heard = (self._sound.rate, self._sound.layout) if self._sound is not None else None
        self.writer = FilmWriter(path, self.size if survey.picture is not None else None, heard)
        self.poster = PosterChoice()
        self.streams: list[Media] = []
        self._due = 0.0
        self._told = -1
        self._good = self._bad = self._shown = 0

    def wanted(self, film: Media | None, sound: Media | None) -> list[Media]:
        """The tracks of which something can be decoded."""
        pairs = ((film, self._survey.picture), (sound, self._survey.sound))
        self.streams = [stream for stream, first in pairs if stream is not None and first is not None]
        return self.streams

    def take(self, packet: Packet[Any]) -> None:
        """Decode one packet and write what comes of it."""
        try:
            frames = packet.decode()
        except MemoryError:
            raise
        except (OSError, ValueError):  # libav's own errors are both
            self._bad += 1
            return
        for frame in frames:
            self._good += 1
            if isinstance(frame, VideoFrame):
                self._picture(frame)
            elif isinstance(frame, AudioFrame):
                self._hear(frame)

    def _picture(self, frame: VideoFrame) -> None:
        at = self._moment(frame)
        if at is None or at < self._due - _EARLY:
            return
        count_pixels(frame.width, frame.height, self._bounds)
        # On the grid of 30 a second as long as frames come; after a pause the grid starts anew.
        self._due = max(self._due + 1 / _FRAMES_A_SECOND, float(at) - _EARLY)
        lasting = float((frame.duration or 0) * Fraction(frame.time_base or 0))
        shown = self._upright.made(frame)
        if shown is None:
            return
        self.poster.see(shown, float(at))
        self._shown += self.writer.picture(shown, float(at), lasting if 0 < lasting <= 1 else 1 / _FRAMES_A_SECOND)
        self._tell(float(at))

    def _hear(self, frame: AudioFrame) -> None:
        if self._sound is None:
            return
        known = frame.pts is not None
        at = self._moment(frame)
        if known and at is None:
            return
        for piece in self._sound.made(frame, at):
            self.writer.sound(piece)
        if self._survey.kind == "audio":
            self._tell(self.writer.seconds)

    def _moment(self, frame: VideoFrame | AudioFrame) -> Fraction | None:
        """Seconds since the beginning; None for what is shown before it, or after any end."""
        if frame.pts is None or frame.time_base is None:
            return None
        at = frame.pts * Fraction(frame.time_base) - self._survey.start
        return at if -1 < at <= self._most else None

    def _tell(self, at: float) -> None:
        percent = min(97, int(97 * at / self._survey.seconds))
        if percent > self._told:
            self._told = percent
            self._news(percent)

    def finish(self) -> None:
        """Write what is under way; raises Refusal when too little of the film could be read."""
        if self._sound is not None:
            for piece in self._sound.rest():
                self.writer.sound(piece)
        if self._survey.kind == "video" and self._shown == 0:
            raise Refusal("unreadable", "Not one of its pictures can be shown.")
        if self._bad > _MOST_DAMAGE * (self._good + self._bad):
            raise Refusal("unreadable", f"{self._bad} of its {self._good + self._bad} pieces are damaged.")
