"""The exception of the package. Its fields are worked out when somebody asks, so that raising it stays cheap."""

from __future__ import annotations

from ._native import Fault


class ScopeError(ValueError):
    """A text that breaks a rule: which, where, and what to do about it. ``str()`` is the message, and after it the detail.

    It pickles and copies, is equal to its like and hashable, and ``args`` holds the one ``Fault`` that its fields come from.

    >>> import scope_core
    >>> text = "@Acme/widget"
    >>> try:
    ...     scope_core.parse(text)
    ... except scope_core.ScopeError as error:
    ...     print(error.code, error.part, error.offset, text[error.offset])
    ...     print(error.suggestion)
    invalid_character scope 1 A
    @acme/widget
    """

    __module__ = "scope_core"

    index: int | None = None
    """Which text of ``parse_many`` is at fault, counted from 0; elsewhere ``None``."""

    def __init__(self, fault: Fault, /) -> None:
        if not isinstance(fault, Fault):
            raise TypeError(f"argument 'fault': '{type(fault).__name__}' object is not an instance of 'Fault'")
        super().__init__(fault)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ScopeError):
            return NotImplemented
        return (self._fault, self.index) == (other._fault, other.index)

    def __hash__(self) -> int:
        return hash(self._fault)

    @property
    def _fault(self) -> Fault:
        fault: Fault = self.args[0]
        return fault

    @property
    def code(self) -> str:
        """What was wrong: one of ``ERROR_CODES``, in ``snake_case``. It never changes, so it is there to match on."""
        return self._fault.code

    @property
    def number(self) -> int:
        """The number of the code. It never changes either."""
        return self._fault.number

    @property
    def part(self) -> str:
        """The part at fault, such as ``scope``, ``name`` or ``primary_path``."""
        return self._fault.part

    @property
    def input(self) -> str:
        """The argument that the fault is in and ``offset`` counts in, such as ``reference``."""
        return self._fault.input

    @property
    def text(self) -> str:
        """That argument, as it was given."""
        return self._fault.text

    @property
    def offset(self) -> int:
        """Where, in code points from its start: ``text[offset]`` is the character at fault. It is the length of the text
        where something is missing at its end."""
        return self._fault.offset

    @property
    def message(self) -> str:
        """What is wrong, for a person (rule E2): one line, the same in every language."""
        return self._fault.message

    @property
    def detail(self) -> str | None:
        """What the system or git said, where a fault comes from there."""
        return self._fault.detail

    @property
    def suggestion(self) -> str | None:
        """What was probably meant, where there is a suggestion."""
        return self._fault.suggestion


def described(error: ScopeError) -> dict[str, str | int | None]:
    """A fault as the JSON of the command has it (rule E2): its offset counts bytes."""
    return {
        **{"code": error.code, "number": error.number, "part": error.part, "input": error.input},
        "offset": len(error.text[: error.offset].encode("utf-8", "surrogatepass")),
        **{"message": error.message, "suggestion": error.suggestion},
    }
