"""Pictures, films and voice notes: taking them in, making the copies that are shown, keeping them, handing them out.

Read in this order: `verdicts` (the words), `containers`, `film_containers` and `disguises` (what the bytes are, without
decoding), `intake` and `derivatives` (what callers ask for), `pool`, `confined`, `sandbox` and `film_sandbox` (the
processes that decode), `decoding` (pictures), `films` and `transcoding` (films and voice notes), `film_boxes` (reads
our own films back), `store`, `addresses`, `uploads`.

This package has never heard of a report. Pillow and PyAV are imported only by the modules that run inside the sandbox
processes, so a server that imports `media.intake` never loads a decoder.
"""
