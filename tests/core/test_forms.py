"""Fields: what people type, and what becomes of it; one sentence where it cannot be used."""

import gc
import weakref
from datetime import UTC, date, datetime

import pytest
from starlette.datastructures import FormData, UploadFile

from conference.core.errors import Refused
from conference.core.forms import DayField, Email, Form, Line, MomentField, Money, Paragraphs, Phone, Pick, PickMany, Tick, Upload, Whole, cents, clean, clean_data

FILE = UploadFile(file=None, filename="a.txt")  # type: ignore[arg-type]
NO_ADDRESS = ["This does not look like an e-mail address. It has the form name@example.org."]
NO_NUMBER = ["This does not look like a telephone number. Write it with the area code."]
NO_AMOUNT = ["This is not an amount we can read. Write it like 20 or 5.50."]
NO_DAY = ["Please write the day as year-month-day, like 2027-07-24."]
NO_MOMENT = ["Please write day and time like 2027-07-24 09:30."]
NEEDED = ["Please fill this in."]
CHOOSE = ["Please choose one of these."]


def read(field, *sent):
    """The value of a field, or its errors, as ``(value, errors)``."""

    class Asked(Form):
        asked = field

    form = Asked(FormData([("asked", value) for value in sent]))
    form.validate()
    return form.answers()["asked"], list(form.asked.errors)


def errors(field, *sent):
    return read(field, *sent)[1]


@pytest.mark.parametrize("field", [Line, Paragraphs, Email, Phone, Money, Whole, DayField, MomentField])
@pytest.mark.parametrize("sent", [(), ("",), (" \t\n ",), (FILE,)], ids=["nothing", "empty", "white space", "a file"])
def test_what_is_required_must_be_there(field, sent):
    assert errors(field(), *sent) == NEEDED
    assert errors(field(required=False), *sent) == []


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\r\nb\rc", "a\nb\nc"), ("e\u0301", "é"), ("a\x00b\x1fc\x7fd\x85e", "abcde"), ("\ud83d", ""), ("🌻", "🌻"), ("\ufeffa", "a"), ("a\u202eb\u2066c", "abc"),
        ("مرحبا", "مرحبا"), ("\u200f", "\u200f"), ("<b>&", "<b>&"), ("tab\tstays", "tab\tstays"),
    ],
)  # fmt: skip
def test_text_is_cleaned(text, kept):
    assert clean(text) == kept


def test_names_and_values_of_a_form_are_cleaned_and_files_are_left():
    assert clean_data(FormData([("a\x00", "b\x00"), ("file", FILE)])).multi_items() == [("a", "b"), ("file", FILE)]


def test_a_line_is_one_line():
    assert read(Line(), "  Ana \n\t  María ") == ("Ana María", [])


def test_text_has_a_longest_length_in_characters():
    assert errors(Line(max=5), "🌻" * 5) == []
    assert errors(Line(max=5), "🌻" * 6) == ["Please use at most 5 characters; this has 6."]
    assert errors(Paragraphs(max=1), "ab" * 500_000) == ["Please use at most 1 character; this has 1000000."]


def test_paragraphs_keep_their_lines():
    assert read(Paragraphs(), " one\n\n  two ") == ("one\n\n  two", [])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" ana@example.org ", "ana@example.org"), ("Ana.Maria+x@EXAMPLE.org", "Ana.Maria+x@example.org"), ("ana@bücher.example.org", "ana@bücher.example.org"), ("ñandú@example.org", "ñandú@example.org")],
)
def test_addresses(typed, kept):
    assert read(Email(), typed) == (kept, [])


@pytest.mark.parametrize(
    "typed",
    ["ana", "ana@", "@example.org", "ana@example", "ana@example..org", "ana@@example.org", "a na@example.org", "Ana <ana@example.org>", "ana@example.org,bo@example.org",
     "ana@exa mple.org", "ana@[127.0.0.1]", "ana@-example.org", "🌻@", "ana@example.org\u200e", "<script>@example.org", "ana@" + "a" * 64 + ".org"],
)  # fmt: skip
def test_what_is_no_address(typed):
    assert errors(Email(), typed) == NO_ADDRESS


def test_a_far_too_long_address_is_told_its_length():
    assert errors(Email(), "a" * 100_000 + "@example.org") == ["Please use at most 254 characters; this has 100012."]


@pytest.mark.parametrize(
    ("typed", "kept"), [("(312) 555-0100", "3125550100"), ("+1 312.555.0100", "+13125550100"), ("５５５０１００", "5550100"), ("555-0100 ext 12", "555010012"), (" +52 55 1234 5678 ", "+525512345678")]
)
def test_telephone_numbers(typed, kept):
    assert read(Phone(), typed) == (kept, [])


@pytest.mark.parametrize("typed", ["555", "call me at 555-0100", "1" * 16, "312-555-0100; DROP", "٣١٢<b>5550100", "🌻🌻🌻🌻🌻🌻🌻", "-------"])
def test_what_is_no_telephone_number(typed):
    assert errors(Phone(), typed) == NO_NUMBER


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("5", 500), ("0", 0), ("5.5", 550), ("5.50", 550), ("5,50", 550), ("$5.50", 550), ("5.50 $", 550), (" $ 5 ", 500), ("1,250.00", 125_000), ("1.250,00", 125_000),
        ("1,250", 125_000), ("1 250", 125_000), ("０５", 500), ("0.05", 5), ("10000", 1_000_000),
    ],
)  # fmt: skip
def test_amounts_are_whole_cents(typed, kept):
    assert read(Money(), typed) == (kept, [])


@pytest.mark.parametrize(
    "typed", ["five", "-5", "5-", "5.505", "1.234", "5.", ".5", "1,25,0", "1e3", "0x10", "$$5", "5 USD", "NaN", "inf", "٥x", "1" * 10, "9" * 400, "5\u202f", "🌻", "5;6", "1,2345"]
)
def test_what_is_no_amount(typed):
    assert (errors(Money(), typed), cents(typed)) in ((NO_AMOUNT, None), ([], 500))
    assert (cents(typed) == 500) is (typed == "5\u202f")


def test_amounts_have_bounds_in_the_readers_way_of_writing():
    assert errors(Money(least=5_00), "4.99") == ["The least is $5."]
    assert errors(Money(most=1_000_00), "1000.01") == ["The most is $1,000 here. For more, please write to us."]
    assert (errors(Money(least=5_00), "5"), errors(Money(most=1_000_00), "1000")) == ([], [])


def test_an_amount_is_shown_as_it_was_typed_and_a_kept_one_plainly():
    class Asked(Form):
        asked = Money()

    sent, given, broken = Asked(FormData([("asked", "<5>")])), [Asked(given={"asked": value}) for value in (500, 550, 5, 0)], Asked()
    assert [form.asked._value() for form in (sent, *given, broken)] == ["<5>", "5", "5.50", "0.05", "0", ""]


@pytest.mark.parametrize(("typed", "kept"), [("0", 0), (" 7 ", 7), ("007", 7), ("1000000", 1_000_000)])
def test_whole_numbers(typed, kept):
    assert read(Whole(), typed) == (kept, [])


@pytest.mark.parametrize("typed", ["5.0", "5,0", "+5", "five", "٥", "５", "0x10", "1e3", "1_000", "1" * 13, "9" * 5_000, "--5", "🌻", "5\u200e"])
def test_what_is_no_whole_number(typed):
    assert read(Whole(), typed) == (None, ["Please write a whole number."])


def test_whole_numbers_have_bounds():
    assert [errors(Whole(least=1, most=9), typed) for typed in ("0", "1", "9", "10", "-3")] == [["Please write a number from 1 to 9."], [], [], *[["Please write a number from 1 to 9."]] * 2]


def test_days():
    assert read(DayField(), " 2027-07-24 ") == (date(2027, 7, 24), [])


@pytest.mark.parametrize(
    "typed", ["2027-02-30", "24.7.2027", "7/24/2027", "2027-7-24", "20270724", "2027-W30-6", "2027-07-24T10:00", "27-07-24", "tomorrow", "0000-00-00", "٢٠٢٧-٠٧-٢٤", "12027-07-24", "-2027-07-24", "🌻"]
)
def test_what_is_no_day(typed):
    assert read(DayField(), typed) == (None, NO_DAY)


@pytest.mark.parametrize(("typed", "zone", "kept"), [
    ("2027-07-24T09:30", "America/Chicago", datetime(2027, 7, 24, 14, 30, tzinfo=UTC)),
    ("2027-01-24T09:30", "America/Chicago", datetime(2027, 1, 24, 15, 30, tzinfo=UTC)),
    ("2027-07-24 09:30", "UTC", datetime(2027, 7, 24, 9, 30, tzinfo=UTC)),
    ("2027-07-24T09:30:15", "UTC", datetime(2027, 7, 24, 9, 30, 15, tzinfo=UTC)),
])  # fmt: skip
def test_moments_are_read_in_their_zone_and_kept_in_utc(typed, zone, kept):
    assert read(MomentField(zone=zone), typed) == (kept, [])


@pytest.mark.parametrize(
    "typed", ["2027-07-24", "2027-07-24T25:00", "2027-07-24T09:30+02:00", "2027-07-24T09:30Z", "9999-12-31T23:59", "0001-01-01T00:00", "20270724T0930", "2027-02-30T09:30", "noon", "🌻", "2027-07-24T٠٩:30"]
)
def test_what_is_no_moment(typed):
    zone = "Asia/Tokyo" if typed.startswith("0001") else "America/Chicago"  # beyond the first and the last day there is
    assert read(MomentField(zone=zone), typed) == (None, NO_MOMENT)


def test_a_moment_is_shown_in_its_zone_and_a_wrong_one_as_typed():
    class Asked(Form):
        asked = MomentField(zone="America/Chicago")

    given, sent = Asked(given={"asked": datetime(2027, 7, 24, 14, 30, tzinfo=UTC)}), Asked(FormData([("asked", "noon")]))
    assert (given.asked._value(), sent.asked._value()) == ("2027-07-24T09:30", "noon")


def test_a_tick_may_be_required():
    agree = "Please say that you agree."
    assert [errors(Tick(required=agree), *sent) for sent in ((), ("off",), ("on",), ("y",))] == [[agree], [agree], [], []]
    assert [read(Tick(), *sent)[0] for sent in ((), ("",), ("false",), ("0",), ("on",))] == [False, False, False, False, True]


@pytest.mark.parametrize("sent", [(), ("",), ("z",), ("a ",), (FILE,), ("A",)])
def test_one_of_the_choices_must_be_picked(sent):
    choices = [("a", "A"), ("b", "B")]
    assert errors(Pick(choices=choices), *sent) == CHOOSE
    assert (read(Pick(choices=choices), "b"), read(Pick(choices=choices, required=False))) == (("b", []), (None, []))


def test_of_many_what_is_no_choice_is_left_out():
    assert read(PickMany(choices=[("a", "A"), ("b", "B")]), "b", "z", "b", FILE, "a") == (["b", "a"], [])


def test_a_refusal_shows_at_its_field_or_at_the_form():
    class Asked(Form):
        asked = Line()

    form = Asked(FormData([("asked", "a")]))
    form.validate()
    form.refuse(Refused("too late"))
    form.refuse(Refused("no", field="asked"))
    form.refuse(Refused("elsewhere", field="another"))
    assert (form.form_errors, form.asked.errors) == (["too late", "elsewhere"], ["no"])


@pytest.mark.parametrize("sent", [(), ("",), ("words",), (UploadFile(file=None, filename=""),)], ids=["nothing", "empty", "words", "no file chosen"])  # type: ignore[arg-type]
def test_a_file_is_a_file_that_was_chosen(sent):
    assert (read(Upload(), *sent), read(Upload(required=False), *sent)) == ((None, ["Please choose a file."]), (None, []))
    assert read(Upload(), FILE) == (FILE, [])


def test_a_form_goes_with_the_last_who_holds_it():
    """Rings of a form and its fields would wait for the garbage collector, which stops everybody meanwhile."""

    class Asked(Form):
        asked = Line()
        picked = Pick(choices=[("a", "A")])

    gc.disable()
    try:
        form = Asked(FormData([("asked", "a"), ("picked", "b")]))
        assert not form.validate()
        held = weakref.ref(form)
        del form
        assert held() is None
    finally:
        gc.enable()
