"""Copies of the whole database in one file each, without any key, and putting one back."""

from conference.core.copies.archive import Manifest as Manifest
from conference.core.copies.archive import NoCopy as NoCopy
from conference.core.copies.archive import missing_keys as missing_keys
from conference.core.copies.archive import read_manifest as read_manifest
from conference.core.copies.archive import unpack as unpack
from conference.core.copies.making import make as make
from conference.core.copies.making import newest as newest
from conference.core.copies.postgres import NoProgram as NoProgram
