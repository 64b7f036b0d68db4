"""Typed codes: every slip of one symbol, and every swap, is noticed before anything is looked up."""

import itertools
import re

import pytest

from conference.core import codes

SAMPLE = [codes.make() for _ in range(40)]


def _bare(code):
    return code.replace("-", "")


def test_a_code_is_ten_symbols_of_the_alphabet_in_groups():
    shape = re.compile(f"[{codes.ALPHABET}]{{4}}-[{codes.ALPHABET}]{{4}}-[{codes.ALPHABET}]{{2}}")
    assert [code for code in SAMPLE if not shape.fullmatch(code)] == []


def test_every_code_made_is_sound_and_its_own_clean_form():
    assert [(code, codes.check(code), codes.clean(code)) for code in SAMPLE] == [(code, True, code) for code in SAMPLE]


def test_no_symbol_stands_twice_in_a_row():
    assert [code for code in SAMPLE if any(a == b for a, b in itertools.pairwise(_bare(code)))] == []


def test_codes_differ():
    assert len(set(SAMPLE)) == len(SAMPLE)


def test_the_first_nine_symbols_are_drawn_from_the_whole_alphabet():
    drawn = set("".join(_bare(codes.make()) for _ in range(200)))
    assert drawn == set(codes.ALPHABET)


def test_every_single_wrong_symbol_is_noticed():
    slips = [
        symbols[:place] + wrong + symbols[place + 1:]
        for symbols in map(_bare, SAMPLE)
        for place in range(codes.LENGTH)
        for wrong in codes.ALPHABET
        if wrong != symbols[place]
    ]
    assert (len(slips), [slip for slip in slips if codes.check(slip)]) == (40 * 10 * 16, [])


def test_every_swap_of_two_symbols_is_noticed_adjacent_or_not():
    swaps = set()
    for symbols in map(_bare, SAMPLE):
        for one, other in itertools.combinations(range(codes.LENGTH), 2):
            swapped = list(symbols)
            swapped[one], swapped[other] = swapped[other], swapped[one]
            swaps.add("".join(swapped))
    assert [swap for swap in swaps - set(map(_bare, SAMPLE)) if codes.check(swap)] == []


def test_a_weighing_without_different_weights_would_miss_swaps(monkeypatch):
    monkeypatch.setattr(codes, "_weighted_sum", lambda symbols: sum(codes._VALUES[symbol] for symbol in symbols))
    plain = "2346789CFK"
    assert codes._weighted_sum(plain) == codes._weighted_sum(plain[1] + plain[0] + plain[2:])


def test_what_people_type_is_understood():
    code = codes._grouped("234678LMY" + codes._check_symbol("234678LMY"))
    bare = _bare(code)
    typed = [bare.lower(), f" {code} ", bare.replace("2", "Z"), bare.replace("8", "b"), " ".join(bare),
             code.replace("-", "\u2013"), code.replace("-", "."), bare.replace("L", "1"), bare.replace("L", "i"),
             bare.replace("M", "ñ"), bare.replace("Y", "v"), "".join(chr(ord(symbol) + 0xFEE0) for symbol in bare)]
    assert [codes.clean(words) for words in typed] == [code] * len(typed)


@pytest.mark.parametrize("typed", [
    "", "-", "2346", "0000-0000-00", "AEOU-AEOU-AE", "\u0664\u0665" * 5, "2" * 10_000, "\x00" * 10,
])
def test_what_cannot_be_a_code_is_none(typed):
    assert codes.clean(typed) is None


def test_a_code_with_a_wrong_symbol_or_one_too_many_is_none():
    code = SAMPLE[0]
    wrong = codes.ALPHABET[codes.ALPHABET.index(code[0]) - 1] + code[1:]
    assert [codes.clean(typed) for typed in (wrong, code + "2", code[:-1])] == [None, None, None]


def test_look_alikes_are_outside_the_alphabet_and_mean_one_inside():
    outside = "".join(map(chr, codes.LOOK_ALIKES))
    inside = "".join(map(chr, codes.LOOK_ALIKES.values()))
    assert (set(outside) & set(codes.ALPHABET), set(inside) - set(codes.ALPHABET)) == (set(), set())


def test_the_alphabet_is_prime_and_longer_than_a_code():
    size = len(codes.ALPHABET)
    assert [n for n in range(2, size) if size % n == 0] == []
    assert (len(set(codes.ALPHABET)), size > codes.LENGTH) == (size, True)
