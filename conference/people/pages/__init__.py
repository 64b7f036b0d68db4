"""Signing in, the second step, and showing it again."""

from conference.people.pages.signing_in import ask_to_sign_in as ask_to_sign_in
