"""What requests outside the hot path are declared with: once, for parser and document alike.

Marshmallow knows which members there are, must be and may be, and gathers every fault; a field says
how its value is read, what is told of one that does not fit, and its JSON Schema.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, ClassVar, NoReturn

from marshmallow import Schema, ValidationError, missing, pre_load, validates_schema
from marshmallow.fields import Field

from edge.schemas import Schema as JsonSchema
from edge.schemas import object_schema, query_parameter
from kernel.errors import Fault, Invalid
from kernel.parsing import MAX_TIMESTAMP

Read = Callable[[Any, str, list[Fault]], Any]
"""Gives a value, or adds what is wrong with it. What reads the hot path is told the path, too."""

Said = Mapping[str, Any]
"""The members of a request by name."""


class Member(Field[Any]):
    """A member of a request: its value, its default or None where it is absent."""

    def __init__(
        self,
        read: Read,
        schema: JsonSchema,
        description: str = "",
        *,
        required: bool = False,
        default: Any = None,
    ) -> None:
        super().__init__(
            required=required,
            load_default=missing if required else default,
            error_messages={"required": "is required"},
        )
        self._read = read
        self.description = description
        self.schema = schema if default is None else {**schema, "default": default}

    def deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        """As marshmallow has it, but null is a value like any other that does not fit."""
        if value is missing:
            return super().deserialize(value)
        faults: list[Fault] = []
        read = self._read(value, "", faults)
        if faults:
            raise ValidationError([fault.message for fault in faults])
        return read


class Body(Schema):
    """A body that is an object with the declared members and no others."""

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        """Raise Invalid with every fault, in an order that is always the same."""
        faults = [
            Fault(path, message)
            for path, messages in sorted(error.messages_dict.items())
            for message in (messages if path in self.fields else [self.refused(path)])
        ]
        raise Invalid(faults) from error

    def refused(self, _name: str) -> str:
        """What is told of a member that is not declared."""
        return "is not a known field"

    @classmethod
    def members(cls) -> Mapping[str, JsonSchema]:
        """The members' schemas by name, each with what it is for."""
        return {
            name: {**one.schema, "description": one.description} if one.description else one.schema
            for name, one in _members(cls)
        }

    @classmethod
    def schema(cls, **more: Any) -> JsonSchema:
        """The schema of the whole."""
        required = [name for name, one in _members(cls) if one.required]
        return {**object_schema({}, cls.members(), **more), "required": required}


class Parameters(Body):
    """Parameters of a query, each given at most once, and of a path.

    IN_PATH: those of the path.
    """

    IN_PATH: ClassVar[Collection[str]] = ()

    @pre_load
    def _first(self, query: Mapping[str, list[str]], **_: Any) -> Mapping[str, str]:
        return {name: values[0] for name, values in query.items() if values}

    @validates_schema(pass_original=True, skip_on_field_errors=False)
    def _once(self, _: Any, query: Mapping[str, list[str]], **__: Any) -> None:
        repeated = [name for name in self.fields if len(query.get(name, ())) > 1]
        if repeated:
            raise ValidationError({name: ["is given more than once"] for name in repeated})

    @classmethod
    def described(cls) -> Sequence[JsonSchema]:
        """The parameters of the query as the document has them."""
        return [
            query_parameter(name, one.schema, one.description, required=one.required)
            for name, one in _members(cls)
            if name not in cls.IN_PATH
        ]


class OpenSpan:
    """Parameters `start` and `end` of a span that is open where they are not given."""

    @staticmethod
    def span(said: Said) -> tuple[int, int]:
        """From when on, and up to but not including when, in ms since the epoch."""
        start, end = said["start"], said["end"]
        return start or 0, MAX_TIMESTAMP + 1 if end is None else end

    @validates_schema
    def _ends_after_it_starts(self, said: Said, **_: Any) -> None:
        start, end = self.span(said)
        if end <= start:
            raise ValidationError("must be later than start", "end")


def _members(declared: type[Schema]) -> list[tuple[str, Member]]:
    return [(name, one) for name, one in declared().fields.items() if isinstance(one, Member)]
