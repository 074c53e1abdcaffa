"""Who calls."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever AWS says has signed a request.

    id: the ARN, without the session's name, which differs between containers of one service.
    """

    id: str

    @classmethod
    def of(cls, event_identity: dict[str, str]) -> "Principal":
        """The principal of a proxy event's identity."""
        arn = event_identity.get("userArn") or ""
        head, separator, rest = arn.partition(":assumed-role/")
        return cls(f"{head}{separator}{rest.split('/')[0]}" if separator else arn)
