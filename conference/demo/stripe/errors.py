"""How Stripe says no."""

from typing import Any


class StripeRefusal(Exception):
    """A request Stripe answers with an error.

    ``status`` is the HTTP status, ``code`` Stripe's word for the reason (or None), ``param`` the parameter at
    fault, ``kind`` the error's type, ``more`` further members of the error (``payment_intent``, ``decline_code``).
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"type": kind, "message": message, **more}
        if code:
            self.error |= {"code": code, "doc_url": "https://docs.stripe.com/error-codes/" + code.replace("_", "-")}
        if param:
            self.error["param"] = param

    @property
    def code(self) -> str | None:
        return self.error.get("code")

    def body(self) -> dict[str, Any]:
        return {"error": self.error}


def not_served(what: str) -> StripeRefusal:
    """Stripe can do this, the double cannot: better a loud error than a wrong answer."""
    return StripeRefusal(f"This stand-in for Stripe does not serve {what}.", status=501, kind="api_error")
