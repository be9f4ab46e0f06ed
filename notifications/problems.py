"""What can be wrong with what a phone tells us about itself."""

from reports.problems import BadInput


class EndpointRefused(BadInput):
    """The push endpoint is not one we may call."""

    def __init__(self, detail: str) -> None:
        super().__init__(("/subscription/endpoint", detail), detail=detail)
