from conference.core.forms import Email, Form, Hidden, Line
from conference.core.i18n import lazy


class SignInForm(Form):
    email = Email(lazy("Your e-mail address"), render_kw={"autocomplete": "email"})
    back_to = Hidden(max=300, required=False)


_FIGURES = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class NumberForm(Form):
    number = Line(lazy("The number your app shows"), max=20, description=lazy("Six figures; a new number comes every half minute."), render_kw=_FIGURES)


class RecoveryForm(Form):
    code = Line(lazy("One of your recovery codes"), max=64, render_kw={"autocomplete": "off", "autocapitalize": "characters"})


class PasskeyForm(Form):
    """What the browser's script puts in."""

    answer = Hidden(max=20_000)
