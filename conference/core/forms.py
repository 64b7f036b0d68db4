"""Forms: what a browser sent becomes clean values, with one sentence per field that cannot be used."""

import re
import unicodedata
import weakref
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from starlette.datastructures import FormData, UploadFile
from wtforms import Form as StockForm
from wtforms import fields, validators, widgets
from wtforms.fields.choices import SelectChoice
from wtforms.meta import DefaultMeta

from conference.core.errors import Refused
from conference.core.i18n import _, ngettext

_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Text fit to be kept: NFC, LF line ends, without control characters, lone surrogates or direction overrides."""
    return _UNWANTED.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")))


def clean_data(sent: FormData) -> FormData:
    """The same fields with clean text; a file where text belongs stays a file and is refused by its field."""
    return FormData([(clean(name), clean(value) if isinstance(value, str) else value) for name, value in sent.multi_items()])


class _CopiedFields(DefaultMeta):
    """Fields are made once and copied into each form: making them anew costs ten times as much. What a field was given when
    it was declared (label, rules, flags) is the same object in all forms; what a form changes it sets anew."""

    def bind_field(self, form: StockForm, unbound_field: Any, options: dict[str, Any]) -> fields.Field:
        made = vars(unbound_field).setdefault("made", {})
        place = options["prefix"], options["name"]
        if place not in made:
            made[place] = super().bind_field(form, unbound_field, options)
            made[place]._form = made[place].meta = None  # they would keep what somebody sent
        field = object.__new__(type(made[place]))
        field.__dict__.update(made[place].__dict__, _form=weakref.proxy(form), meta=self)  # no ring: a form goes with its request
        return field


class Form(StockForm):
    """A form of ours. ``validate`` reads it; ``refuse`` shows a refusal on the field it belongs to; ``answers`` are the values."""

    Meta = _CopiedFields

    def __init__(self, sent: FormData | None = None, *, given: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(sent, data=given, **kwargs)

    def refuse(self, refusal: Refused) -> None:
        if refusal.field in self._fields:
            field = self._fields[refusal.field]
            field.errors = [*field.errors, refusal.message]
        else:
            self.form_errors.append(refusal.message)

    def answers(self) -> dict[str, Any]:
        return {name: field.data for name, field in self._fields.items() if not isinstance(field, fields.SubmitField)}


class _Needed:
    """Stops with one sentence where nothing was filled in."""

    field_flags = {"required": True}

    def __call__(self, form: StockForm, field: fields.Field) -> None:
        if not field.raw_data or not isinstance(field.raw_data[0], str) or not field.raw_data[0].strip():
            field.errors = []
            raise validators.StopValidation(_("Please fill this in."))


class _AtMost:
    def __init__(self, most: int) -> None:
        self.most = most
        self.field_flags = {"maxlength": most}

    def __call__(self, form: StockForm, field: fields.Field) -> None:
        if isinstance(field.data, str) and len(field.data) > self.most:
            raise validators.StopValidation(
                ngettext("Please use at most %(most)d character; this has %(count)d.", "Please use at most %(most)d characters; this has %(count)d.", self.most)
                % {"most": self.most, "count": len(field.data)}
            )


def _rules(required: bool, most: int, more: Sequence[Any]) -> list[Any]:
    return [_Needed() if required else validators.Optional(), _AtMost(most), *more]


class Line(fields.StringField):
    """One line of text; runs of white space become one space."""

    def __init__(self, label: Any = "", *, max: int = 200, required: bool = True, rules: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, _rules(required, max, rules), **kwargs)

    def process_formdata(self, sent: list[Any]) -> None:
        self.data = " ".join(sent[0].split()) if sent and isinstance(sent[0], str) else ""


class Paragraphs(fields.TextAreaField):
    """Text of several lines."""

    def __init__(self, label: Any = "", *, max: int = 4_000, required: bool = True, rules: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(label, _rules(required, max, rules), **kwargs)

    def process_formdata(self, sent: list[Any]) -> None:
        self.data = sent[0].strip() if sent and isinstance(sent[0], str) else ""


class Email(Line):
    """An e-mail address; its domain in lower case; not looked up."""

    widget = widgets.EmailInput()

    def __init__(self, label: Any = "", *, required: bool = True, **kwargs: Any) -> None:
        super().__init__(label, max=254, required=required, **kwargs)

    def pre_validate(self, form: StockForm) -> None:
        if not self.data or len(self.data) > 254:
            return
        from email_validator import EmailNotValidError, validate_email

        try:
            self.data = validate_email(self.data, check_deliverability=False, test_environment=True).normalized
        except EmailNotValidError:
            raise validators.StopValidation(_("This does not look like an e-mail address. It has the form name@example.org.")) from None


class Phone(Line):
    """A telephone number as people write it; kept as digits with a leading + where one was given."""

    widget = widgets.TelInput()

    def __init__(self, label: Any = "", *, required: bool = True, **kwargs: Any) -> None:
        super().__init__(label, max=40, required=required, **kwargs)

    def pre_validate(self, form: StockForm) -> None:
        if not self.data:
            return
        digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", self.data))
        if not 7 <= len(digits) <= 15 or re.search(r"[^\d\s().+/ext-]", self.data):
            raise validators.StopValidation(_("This does not look like a telephone number. Write it with the area code."))
        self.data = ("+" if self.data.lstrip().startswith("+") else "") + digits


class Money(fields.Field):
    """An amount in whole cents from what people type: 5, 5.50, 5,50, $5.50, 1,250.00."""

    widget = widgets.TextInput()

    def __init__(self, label: Any = "", *, least: int = 0, most: int = 10_000_00, required: bool = True, **kwargs: Any) -> None:
        super().__init__(label, [_Needed() if required else validators.Optional()], **kwargs)
        self.least, self.most, self.typed = least, most, ""

    def process_formdata(self, sent: list[Any]) -> None:
        self.typed = sent[0].strip() if sent and isinstance(sent[0], str) else ""
        self.data = cents(self.typed)

    def pre_validate(self, form: StockForm) -> None:
        from conference.core.i18n import format_money

        if not self.typed:
            return
        if self.data is None:
            raise validators.StopValidation(_("This is not an amount we can read. Write it like 20 or 5.50."))
        if self.data < self.least:
            raise validators.StopValidation(_("The least is %(amount)s.") % {"amount": format_money(self.least)})
        if self.data > self.most:
            raise validators.StopValidation(_("The most is %(amount)s here. For more, please write to us.") % {"amount": format_money(self.most)})

    def _value(self) -> str:
        if self.typed or self.data is None:
            return self.typed
        return f"{self.data // 100}" if self.data % 100 == 0 else f"{self.data // 100}.{self.data % 100:02d}"


def cents(typed: str) -> int | None:
    """Whole cents from an amount as typed, or None: 5 -> 500, 5,50 -> 550, $1,250.00 -> 125000; 1.234 is not readable."""
    text = unicodedata.normalize("NFKC", typed).strip().removeprefix("$").removesuffix("$").strip().replace(" ", "")
    if found := re.fullmatch(r"(\d{1,3}(?:,\d{3})+|\d{1,9})(?:\.(\d{1,2}))?", text):
        whole, part = found[1].replace(",", ""), found[2]
    elif found := re.fullmatch(r"(\d{1,3}(?:\.\d{3})+|\d{1,9}),(\d{1,2})", text):
        whole, part = found[1].replace(".", ""), found[2]
    else:
        return None
    return int(whole) * 100 + int((part or "0").ljust(2, "0"))


class Whole(fields.IntegerField):
    """A whole number within bounds; 0 is an answer."""

    def __init__(self, label: Any = "", *, least: int = 0, most: int = 1_000_000, required: bool = True, **kwargs: Any) -> None:
        super().__init__(label, [_Needed() if required else validators.Optional()], **kwargs)
        self.least, self.most = least, most

    def process_formdata(self, sent: list[Any]) -> None:
        text = sent[0].strip() if sent and isinstance(sent[0], str) else ""
        if not text:
            self.data = None
        elif not re.fullmatch(r"-?[0-9]{1,12}", text):
            self.data = None
            raise ValueError(_("Please write a whole number."))
        else:
            self.data = int(text)

    def pre_validate(self, form: StockForm) -> None:
        if self.data is not None and not self.least <= self.data <= self.most:
            raise validators.StopValidation(_("Please write a number from %(least)d to %(most)d.") % {"least": self.least, "most": self.most})


class Tick(fields.BooleanField):
    """A box that is ticked or not; with ``required`` it must be."""

    false_values = (False, "false", "", "0", "off")

    def __init__(self, label: Any = "", *, required: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.sentence = required

    def pre_validate(self, form: StockForm) -> None:
        if self.sentence and not self.data:
            raise validators.StopValidation(str(self.sentence))


class _Choices:
    """Choices are written as pairs ``(value, label)``; the library wants objects."""

    @property
    def choices(self) -> list[SelectChoice]:
        return self._choices

    @choices.setter
    def choices(self, pairs: Sequence[Any]) -> None:
        self._choices = [SelectChoice(*pair) for pair in pairs]


class Pick(_Choices, fields.SelectField):
    """One of some choices ``(value, label)``; shown as radio buttons with ``radio=True``."""

    def __init__(self, label: Any = "", *, choices: Any = None, required: bool = True, radio: bool = False, **kwargs: Any) -> None:
        super().__init__(label, [_Chosen()] if required else [validators.Optional()], validate_choice=False, **kwargs)
        self.choices = choices or []
        self.radio = radio
        if radio:
            self.widget = widgets.ListWidget(prefix_label=False)
            self.option_widget = widgets.RadioInput()

    def process_formdata(self, sent: list[Any]) -> None:
        self.data = sent[0] if sent and isinstance(sent[0], str) else None

    def pre_validate(self, form: StockForm) -> None:
        if self.data and not any(str(self.data) == str(one.value) for one in self.choices):
            raise validators.StopValidation(_("Please choose one of these."))


class _Chosen:
    field_flags = {"required": True}

    def __call__(self, form: StockForm, field: fields.Field) -> None:
        if not field.data:
            raise validators.StopValidation(_("Please choose one of these."))


class PickMany(_Choices, fields.SelectMultipleField):
    """Any number of some choices, as boxes to tick."""

    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()

    def __init__(self, label: Any = "", *, choices: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validate_choice=False, **kwargs)
        self.choices = choices or []

    def process_formdata(self, sent: list[Any]) -> None:
        known = {str(one.value) for one in self.choices} if sent else ()
        self.data = [value for value in dict.fromkeys(sent) if isinstance(value, str) and value in known]


_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_MOMENT = _DAY + "[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?"


def _written_as(pattern: str, text: str) -> str:
    """The text again, or ValueError: Python reads more ways of writing than our sentences name, among them other zones."""
    if not re.fullmatch(pattern, text):
        raise ValueError
    return text


class DayField(fields.DateField):
    """A day as the browser's own field sends it: 2027-07-24."""

    def __init__(self, label: Any = "", *, required: bool = True, **kwargs: Any) -> None:
        super().__init__(label, [_Needed() if required else validators.Optional()], **kwargs)

    def process_formdata(self, sent: list[Any]) -> None:
        text = sent[0].strip() if sent and isinstance(sent[0], str) else ""
        self.data = None
        if text:
            try:
                self.data = date.fromisoformat(_written_as(_DAY, text))
            except ValueError:
                raise ValueError(_("Please write the day as year-month-day, like 2027-07-24.")) from None


class MomentField(fields.DateTimeLocalField):
    """A day and time in ``zone`` as the browser's own field sends it; the value is aware, in UTC."""

    def __init__(self, label: Any = "", *, required: bool = True, zone: str = "UTC", **kwargs: Any) -> None:
        super().__init__(label, [_Needed() if required else validators.Optional()], **kwargs)
        self.zone = zone

    def process_formdata(self, sent: list[Any]) -> None:
        text = sent[0].strip() if sent and isinstance(sent[0], str) else ""
        self.data = None
        if text:
            try:
                self.data = datetime.fromisoformat(_written_as(_MOMENT, text)).replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC)
            except (ValueError, OverflowError):
                raise ValueError(_("Please write day and time like 2027-07-24 09:30.")) from None

    def _value(self) -> str:
        if self.raw_data and isinstance(self.raw_data[0], str):
            return self.raw_data[0]
        return self.data.astimezone(ZoneInfo(self.zone)).strftime("%Y-%m-%dT%H:%M") if self.data else ""


class Upload(fields.Field):
    """One file; its value is what the browser sent (an UploadFile), or None. A browser cannot keep it: after a refusal it is chosen again."""

    widget = widgets.FileInput()

    def __init__(self, label: Any = "", *, required: bool = True, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.flags.required = required

    def process_formdata(self, sent: list[Any]) -> None:
        self.data = sent[0] if sent and isinstance(sent[0], UploadFile) and sent[0].filename else None

    def pre_validate(self, form: StockForm) -> None:
        if self.flags.required and self.data is None:
            raise validators.StopValidation(_("Please choose a file."))


class Hidden(Line):
    widget = widgets.HiddenInput()


def hidden(name: str, value: str) -> Markup:
    """A hidden field for a form that has no form object."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(name, value)


