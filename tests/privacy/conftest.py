"""The small conference of registration's tests, and somebody in it who asks what we hold."""

from tests.registration.conftest import house as house
