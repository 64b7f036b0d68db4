from conference.core.forms import Email, Form, Hidden
from conference.core.i18n import lazy


class SignInForm(Form):
    email = Email(lazy("Your e-mail address"), render_kw={"autocomplete": "email"})
    back_to = Hidden(max=300, required=False)
