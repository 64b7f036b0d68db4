"""What the database knows of keys and of words, without knowing either."""

from conference.core.db.fields import BigNumber, Moment, Short, Uuid
from conference.core.db.model import Model


class KeyPrint(Model):
    """The fingerprint of a key that sealed something here, so that a missing or foreign keyring is noticed."""

    scope = Short(80)
    key_id = Short(8)
    fingerprint = Short(32)
    destroyed_at = Moment(null=True)

    class Meta:
        app = "conference"
        table = "key_print"
        unique_together = (("scope", "key_id"),)


class IndexWord(Model):
    """A keyed hash, 32 bits wide, of a word or of its beginning in one column of one row."""

    place = Short(80)
    scope = Short(80, db_index=True)
    token = BigNumber()
    row = Uuid(db_index=True)

    class Meta:
        app = "conference"
        table = "index_word"
        indexes = (("place", "scope", "token", "row"),)
