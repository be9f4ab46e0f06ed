"""A caller is sent the code of the report written down for them, where the city has a message provider."""

from procrastinate import App, RetryStrategy

from api import jobs, sms
from api.wiring import House, utc_now
from reports import phone_desk

# A message that comes an hour late helps nobody who has hung up and forgotten.
AGAIN = RetryStrategy(max_attempts=6, wait=15, linear_wait=30)


class NotTaken(Exception):
    """The provider did not take the message; the queue tries again."""


def register(app: App, house: House) -> None:
    """Make the job known to the queue."""

    async def tell(report_id: str) -> None:
        await tell_caller(house, int(report_id))

    app.task(name=jobs.TELL_CALLER, retry=AGAIN)(tell)


async def tell_caller(house: House, report_id: int) -> None:
    """One message with the code and the address where it can be followed; nothing of what the report says."""
    async with house.transactions.read() as conn:
        told = await phone_desk.to_be_told(conn, report_id)
    if told is None or not house.settings.sms.on:
        return
    code, number = told
    text = f"Da tiep nhan phan anh {spoken(code)}. Theo doi: {house.settings.web.origin}/t/{code}"
    if not await sms.send(house.settings.sms, number, text, utc_now()):
        raise NotTaken


def spoken(code: str) -> str:
    """The code in groups of three, as it is read aloud."""
    return " ".join(code[place : place + 3] for place in range(0, len(code), 3))
