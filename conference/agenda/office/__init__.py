"""The editors' side: the draft beside what is published, its forms, and releasing it."""
