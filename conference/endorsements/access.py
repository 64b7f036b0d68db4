"""Which texts there are to sign, as addresses name them."""

from starlette.convertors import Convertor, register_url_convertor


class TextConvertor(Convertor):
    """``/endorse/{text:signable}``: the call of an edition, or the points of unity."""

    regex = "call|unity"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("signable", TextConvertor())
