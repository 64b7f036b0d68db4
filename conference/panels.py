"""What a slice shows on another slice's page."""

from conference.notes import panels as notes

PANELS: dict = {
    "agenda.session": [notes.link],
    "front.my": [notes.my_sheets],
}
