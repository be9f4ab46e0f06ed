"""Pictures: taking them in, making small copies, keeping them, handing them out.

Read in this order: `verdicts` (the words), `containers` and `disguises` (what the bytes are, without
decoding), `intake` and `derivatives` (what callers ask for), `pool` and `sandbox` (the process that decodes),
`store`, `addresses`, `uploads`.

This package has never heard of a report. Pillow is imported only by the modules that run inside the sandbox
process, so a server that imports `media.intake` never loads a decoder.
"""
