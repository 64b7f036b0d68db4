"""What people and machines put into fields: each as it is sent, and as it may be kept at most."""

from html import escape

# name -> (the value percent-encoded as it travels, the text that is left of it)
TEXTS = {
    "control characters": ("Chi%00ca%08go%7F", "Chicago"),
    "a lone surrogate": ("Chi%ED%A0%80cago", None),  # no UTF-8 at all: the form cannot be read, or the bytes are dropped
    "emoji": ("%F0%9F%8C%BB%F0%9F%91%A9%F0%9F%8F%BD%E2%80%8D%F0%9F%8C%BE Chicago", "🌻👩🏽‍🌾 Chicago"),
    "marks that turn the direction": ("%E2%80%AEogacihC%E2%81%A6", "ogacihC"),
    "right-to-left text": ("%D8%B4%D9%8A%D9%83%D8%A7%D8%BA%D9%88", "شيكاغو"),
    "HTML": ("%3Cscript%3Ealert(1)%3C/script%3E%22'%26amp;", "<script>alert(1)</script>\"'&amp;"),
    "composed letters": ("Me%CC%81xico", "México"),
}


def as_shown(text: str) -> str:
    """The text as it stands in a page."""
    return str(escape(text)).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")


def form_body(fields: dict[str, str], **raw: str) -> bytes:
    """An urlencoded body; ``raw`` values are put in as they are."""
    from urllib.parse import quote_plus

    said = [f"{name}={quote_plus(value)}" for name, value in fields.items() if name not in raw]
    return "&".join([*said, *(f"{name}={value}" for name, value in raw.items())]).encode()


URLENCODED = {"content-type": "application/x-www-form-urlencoded"}
