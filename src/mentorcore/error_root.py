"""The root of all errors, which goes from one process to another."""

__all__ = ["MentorcoreError"]


class MentorcoreError(Exception):
    """The root of all errors that mentorcore raises on purpose.

    They can be handed from one process to another, with all that they carry.
    """

    def __reduce__(self) -> tuple[object, ...]:
        # Made again from message and attributes: Python would call the class with the message.
        return _made_again, (type(self), self.args), self.__dict__


def _made_again(kind: type[MentorcoreError], args: tuple[object, ...]) -> MentorcoreError:
    return kind.__new__(kind, *args)
