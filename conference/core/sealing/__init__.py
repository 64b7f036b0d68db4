"""Personal text at rest: encrypted per column, opened by name, found by keyed hashes, made unreadable by scope.

    sealing.seal(row, badge_name="Ana", email="ana@example.org")
    await row.save()
    [plain] = sealing.open([row], "badge_name")

Keys belong to scopes (see `conference.core.keyring`): the scope of a column in a row follows from its `Internal` field
and, for editions and donors, from the row's `edition_id` or `year`, which therefore never change afterwards.
"""

from conference.core.keyring import KeyMissing as KeyMissing
from conference.core.keyring import ScopeDestroyed as ScopeDestroyed
from conference.core.sealing.columns import internal_column as internal_column
from conference.core.sealing.columns import scope_of as scope_of
from conference.core.sealing.columns import scopes_of_edition as scopes_of_edition
from conference.core.sealing.emptying import Lifetime as Lifetime
from conference.core.sealing.emptying import Portion as Portion
from conference.core.sealing.emptying import aging as aging
from conference.core.sealing.emptying import empty_rows as empty_rows
from conference.core.sealing.emptying import ending as ending
from conference.core.sealing.emptying import entered_columns as entered_columns
from conference.core.sealing.emptying import lifetimes as lifetimes
from conference.core.sealing.emptying import places as places
from conference.core.sealing.emptying import scope_of_lifetime as scope_of_lifetime
from conference.core.sealing.finding import blind as blind
from conference.core.sealing.finding import blinds as blinds
from conference.core.sealing.finding import find as find
from conference.core.sealing.finding import find_words as find_words
from conference.core.sealing.finding import forget_words as forget_words
from conference.core.sealing.finding import index_words as index_words
from conference.core.sealing.finding import words_of as words_of
from conference.core.sealing.prints import KeysReturned as KeysReturned
from conference.core.sealing.prints import check_keys as check_keys
from conference.core.sealing.prints import ensure_keys as ensure_keys
from conference.core.sealing.prints import list_keys as list_keys
from conference.core.sealing.prints import record_keys as record_keys
from conference.core.sealing.rotation import Resealed as Resealed
from conference.core.sealing.rotation import StillInUse as StillInUse
from conference.core.sealing.rotation import destroy as destroy
from conference.core.sealing.rotation import destroy_again as destroy_again
from conference.core.sealing.rotation import reseal_all as reseal_all
from conference.core.sealing.rotation import retire as retire
from conference.core.sealing.rotation import rotate as rotate
from conference.core.sealing.rows import Plain as Plain
from conference.core.sealing.rows import open as open
from conference.core.sealing.rows import open_many as open_many
from conference.core.sealing.rows import open_one as open_one
from conference.core.sealing.rows import open_values as open_values
from conference.core.sealing.rows import reseal as reseal
from conference.core.sealing.rows import seal as seal
from conference.core.sealing.values import SealBroken as SealBroken
