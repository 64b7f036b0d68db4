"""Codes that people type, read out and write down: ten symbols, the last one a check, shown as `4KXR-9M2P-LY`.

The alphabet keeps one symbol of every group that eye or ear mixes up, in English and in Spanish, and no vowel, so that
no code spells a word. No symbol stands twice in a row: people lose count of those. 36 bits are left to chance, which
is enough only because wrong codes are slowed: whoever takes codes from strangers counts the failures.
"""

import secrets
import unicodedata

ALPHABET = "2346789CFKLMPRWXY"
LENGTH = 10
LONGEST_TYPED = 64

# Never part of a code, so each can only mean the one symbol it is taken for; the check symbol catches a wrong guess.
LOOK_ALIKES = str.maketrans("1IZBVÑNST5", "LL28YMMFP9")

_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_MODULUS = len(ALPHABET)


def make() -> str:
    """A new random code in the form in which it is shown and stored."""
    while True:
        payload = _random_payload(LENGTH - 1)
        symbols = payload + _check_symbol(payload)
        if symbols[-1] != symbols[-2]:
            return _grouped(symbols)


def clean(typed: str) -> str | None:
    """What somebody typed, in the stored form; None if it cannot be one of our codes."""
    if len(typed) > LONGEST_TYPED:
        return None
    symbols = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", typed))).upper().translate(LOOK_ALIKES)
    return _grouped(symbols) if _is_sound(symbols) else None


def check(code: str) -> bool:
    """Whether a code in its stored form (dashes or none) has the right length, symbols and check symbol."""
    return _is_sound(code.replace("-", ""))


def _random_payload(length: int) -> str:
    payload = secrets.choice(ALPHABET)
    while len(payload) < length:
        payload += secrets.choice(ALPHABET.replace(payload[-1], ""))
    return payload


def _check_symbol(payload: str) -> str:
    last_weight = len(payload) + 1
    return ALPHABET[-_weighted_sum(payload) * pow(last_weight, -1, _MODULUS) % _MODULUS]


def _is_sound(symbols: str) -> bool:
    return len(symbols) == LENGTH and _VALUES.keys() >= set(symbols) and _weighted_sum(symbols) % _MODULUS == 0


def _weighted_sum(symbols: str) -> int:
    """Each place weighs differently and 17 is prime: one wrong symbol, or any two swapped, always change the sum."""
    return sum(weight * _VALUES[symbol] for weight, symbol in enumerate(symbols, start=1))


def _grouped(symbols: str) -> str:
    return "-".join(symbols[start:start + 4] for start in range(0, len(symbols), 4))
