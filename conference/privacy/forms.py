from conference.core.forms import Form, Line, Tick
from conference.core.i18n import lazy


class CodeForm(Form):
    code = Line(
        lazy("Your code"), max=64, description=lazy("Ten letters and figures, like 4KXR-9M2P-LY. It came with your registration."), render_kw={"autocomplete": "off", "autocapitalize": "characters"}
    )


class EraseForm(Form):
    sure = Tick(lazy("Yes, erase this. I know that it cannot be undone."), required=lazy("Please tick this box if you are sure."))
