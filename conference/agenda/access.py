"""How the agenda's things are addressed."""

from starlette.convertors import Convertor, register_url_convertor


class CodeConvertor(Convertor):
    """``{code:code}``: a session's six of 0-9A-Z, in capitals."""

    regex = "[0-9A-Z]{6}"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("code", CodeConvertor())
