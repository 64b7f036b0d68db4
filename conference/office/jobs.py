from conference.core import sealing
from conference.core.jobs import job


@job
async def record_keys() -> None:
    """Keys that were made while the app ran: the database learns their fingerprints."""
    await sealing.record_keys()
