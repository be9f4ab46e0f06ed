"""`hientruong`: the command line. Exit status 0 done, 1 could not, 2 wrong use; every --help has an example.

Each command imports what it runs when it runs: all of it together takes seconds to load, and no command needs all.
"""

import asyncio
import json
import signal
import sys
from collections.abc import Coroutine, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from api import calendar_cli, config_cli, layer_cli, mail_commands, map_commands, readers_cli
from api.cli_words import speak, tell
from api.due_cli import explain_due
from api.figure_commands import monthly_report
from api.logs import set_up
from api.postgresql import ClusterError
from api.refusals import CannotMigrate
from api.settings import Settings, SettingsError, read_settings
from api.starting import undisturbed
from reports.callers import STAFF_ROLES

app = typer.Typer(
    name="hientruong",
    help="Hiện Trường: reports from the scene, from a resident's phone to the agency and back, live.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
map_commands.register(app)
mail_commands.register(app)
layer_cli.register(app)
app.add_typer(readers_cli.app, name="readers")
app.add_typer(config_cli.app, name="config")
app.add_typer(calendar_cli.app, name="calendar")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]


def main() -> None:
    """Run the command line; a setting or database that is wrong ends in one sentence."""
    try:
        app()
    except (SettingsError, ClusterError, CannotMigrate) as problem:
        print(f"hientruong: {problem}", file=sys.stderr)
        raise SystemExit(1) from None


def _settings() -> Settings:
    settings = read_settings()
    set_up(settings.log)
    return settings


@app.command()
def run() -> None:
    """Everything in one terminal: database, migrations, demo city, server and worker. Ctrl-C stops all of it.

    Example: PORT=9000 hientruong run
    """
    from api import foreground

    raise typer.Exit(foreground.main())


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(help="Port to listen on; default HIENTRUONG_PORT or 8000.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
) -> None:
    """Serve HTTP and the live channel. Any number of these may run on one database.

    Example: hientruong serve --port 9000
    """
    settings = _settings()
    with undisturbed():
        import uvicorn

        from api.main import create_app

    limits = settings.limits
    uvicorn.run(
        create_app,
        factory=True,
        host=host or settings.web.host,
        port=port or settings.web.port,
        log_config=None,
        access_log=False,
        ws="websockets-sansio",
        ws_max_size=limits.socket_frame_bytes,
        ws_ping_interval=20,
        ws_ping_timeout=20,
        ws_per_message_deflate=False,
        forwarded_allow_ips=settings.web.trusted_proxies,
        server_header=False,
        timeout_graceful_shutdown=5,
        h11_max_incomplete_event_size=64 * 1024,
    )


@app.command("worker")
def run_worker(
    concurrency: Annotated[int, typer.Option(min=1, help="Jobs at the same time.")] = 4,
) -> None:
    """Make derivatives, send notices, watch the clocks. Any number of these may run on one database.

    Example: hientruong worker --concurrency 8
    """
    with undisturbed():
        from api import worker

    _until_stopped(worker.work(_settings(), concurrency=concurrency))


@app.command("migrate")
def run_migrations(as_json: AsJson = False) -> None:
    """Bring the database to the newest schema; safe to run from several machines at once.

    Example: hientruong migrate --json
    """
    from api import migrate
    from api.wiring import database_url

    revision = migrate.upgrade(database_url(_settings()))
    print(json.dumps({"revision": revision}) if as_json else tell("migrated", revision=revision))


@app.command()
def demo(as_json: AsJson = False) -> None:
    """Load the demo city once, and set the demo accounts' password. Refused in production.

    Example: HIENTRUONG_DEMO_PASSWORD=secret hientruong demo
    """
    with undisturbed():
        from api.demo.city import NotADemoCity
        from api.demo.load import DemoRefused, load
        from api.wiring import open_house, utc_now

    settings = _settings()

    async def go() -> dict[str, Any]:
        async with open_house(settings) as house:
            loaded = await load(
                house.engine,
                house.store,
                utc_now(),
                settings.demo_password(),
                environment=settings.place.environment,
            )
            await house.sealer.seal_all()
            return {"fresh": loaded.fresh, "reports": loaded.reports, "accounts": list(loaded.usernames)}

    try:
        done = asyncio.run(go())
    except (DemoRefused, NotADemoCity) as refusal:
        raise _cannot(str(refusal)) from None
    words = "The demo city was loaded" if done["fresh"] else "The demo city is there"
    print(json.dumps(done) if as_json else f"{words}: {done['reports']} reports, {len(done['accounts'])} accounts.")


@app.command("import-areas")
def import_areas(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=True, help="GeoJSON, GeoPackage or Shapefile.")],
    kind: Annotated[str, typer.Option(help="province, commune or neighbourhood.")] = "commune",
    valid_from: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; default today.")] = None,
    source: Annotated[str | None, typer.Option(help="Where the layer comes from.")] = None,
    official: Annotated[bool, typer.Option(help="It is the city's official layer.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the difference and change nothing.")] = False,
    close_missing: Annotated[bool, typer.Option(help="End areas that the file does not have.")] = False,
    correct: Annotated[bool, typer.Option(help="Rewrite versions of the same day.")] = False,
    within: Annotated[str | None, typer.Option(help="Only areas with this parent code.")] = None,
    layer: Annotated[str | None, typer.Option(help="Layer of a file that has several.")] = None,
    crs: Annotated[str | None, typer.Option(help="CRS of a file that names none, e.g. EPSG:9210.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of an old Shapefile, e.g. windows-1258.")] = None,
    code_field: Annotated[str | None, typer.Option(help="Property with the code; guessed when not said.")] = None,
    name_field: Annotated[str | None, typer.Option(help="Property with the name; guessed when not said.")] = None,
    as_json: AsJson = False,
) -> None:
    """Import areas; a later file becomes a new version, and bad rings are repaired or refused by name.

    Example: hientruong import-areas phuong_xa.geojson --valid-from 2025-07-01 --dry-run
    """
    from api.wiring import open_house, utc_now
    from api.zones import zone_of
    from geo.area_reading import ImportOptions
    from geo.fields import Mapping
    from geo.importing import run_import
    from geo.problems import GeoProblem
    from reports.configuration import NoConfiguration

    options = ImportOptions(
        kind=kind,
        valid_from=_day(valid_from),
        source=source,
        official=official,
        dry_run=dry_run,
        close_missing=close_missing,
        correct=correct,
        within=within,
        layer=layer,
        crs=crs,
        encoding=encoding,
        fields=Mapping(code=code_field, name=name_field),
    )
    settings = _settings()

    async def go() -> Any:
        async with open_house(settings) as house, house.engine.begin() as conn:
            try:
                zone = zone_of(await house.configurations.current(conn))
            except NoConfiguration:
                zone = ZoneInfo("Asia/Ho_Chi_Minh")
            return await run_import(conn, file, options, utc_now().astimezone(zone), _progress)

    try:
        report = asyncio.run(go())
    except GeoProblem as problem:
        raise _cannot(speak(problem.detail)) from None
    print(json.dumps(report.as_dict(), ensure_ascii=False) if as_json else "\n".join(map(speak, report.lines())))
    if not report.ok:
        raise typer.Exit(1)


@app.command("create-account")
def create_account(
    username: Annotated[str, typer.Argument(help="What the person types to sign in.")],
    role: Annotated[str, typer.Option(help=" | ".join(STAFF_ROLES))],
    name: Annotated[str, typer.Option(help="The person's name as colleagues see it.")],
    agency: Annotated[str | None, typer.Option(help="Code of the agency, for the role agency.")] = None,
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make an account, or change the one of this name, whose sessions end.

    Example: hientruong create-account an.nguyen --role operator --name "Nguyễn Thị An"
    """
    from api.passwords import hasher
    from api.wiring import open_house
    from reports import people

    if role not in STAFF_ROLES:
        raise typer.BadParameter(f"must be one of {', '.join(STAFF_ROLES)}", param_hint="--role")
    if (agency is not None) != (role == "agency"):
        raise typer.BadParameter("goes with the role agency, and the role agency needs it", param_hint="--agency")
    if len(password) < 10:
        raise typer.BadParameter("must have at least 10 characters", param_hint="--password")
    settings = _settings()

    async def go() -> str:
        async with open_house(settings) as house, house.transactions.begin() as conn:
            city = await house.configurations.current(conn)
            if agency is not None and agency not in city.agencies:
                raise typer.BadParameter("is not an agency of this city", param_hint="--agency")
            hashed = await asyncio.to_thread(hasher().hash, password)
            account_id = await people.save_account(
                conn, username=username, name=name, role=role, agency=agency, password_hash=hashed
            )
            # Whoever knew the password of before, or had another role, signs in again.
            await people.end_sessions(conn, account_id)
            return str(account_id)

    account_id = asyncio.run(go())
    print(json.dumps({"id": account_id, "username": username}) if as_json else tell("account", username=username))


@app.command()
def check(as_json: AsJson = False) -> None:
    """Check the installation: database, migrations, city, store, and the whole hash chain of the journal.

    Example: hientruong check --json
    """
    from api.checking import check_everything, line
    from api.wiring import open_house

    settings = _settings()

    async def go() -> Mapping[str, str]:
        async with open_house(settings) as house:
            return await check_everything(house)

    found = asyncio.run(go())
    print(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(map(line, *zip(*found.items(), strict=True))))
    if any(not how.startswith("ready") for how in found.values()):
        raise typer.Exit(1)


app.command("monthly-report")(monthly_report)
app.command("explain-due")(explain_due)


@app.command("simulate")
def run_simulation(
    rate: Annotated[str, typer.Option(help="New reports: 2/s, 30/min or 100/h.")] = "30/min",
    minutes: Annotated[float | None, typer.Option(help="End after this long; default until Ctrl-C.")] = None,
    residents: Annotated[int, typer.Option(min=1, help="How many phones.")] = 20,
    url: Annotated[str | None, typer.Option(help="Address of the city.")] = None,
    password: Annotated[str | None, typer.Option(help="Of the demo accounts.")] = None,
    pictures: Annotated[float, typer.Option(min=0, max=1, help="Share of reports with a photo.")] = 0.6,
    seed: Annotated[int | None, typer.Option(help="The same people say the same things.")] = None,
    as_json: AsJson = False,
) -> None:
    """Play residents, operators and agencies through the public API, and report throughput, errors and latencies.

    Example: hientruong simulate --rate 30/min --minutes 5
    """
    from api import simulate

    settings = read_settings()
    try:
        status = simulate.run(
            rate=rate,
            minutes=minutes,
            residents=residents,
            url=url or settings.web.origin,
            password=password or settings.demo_password(),
            as_json=as_json,
            pictures=pictures,
            seed=seed,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--rate") from error
    raise typer.Exit(status)


@app.command("watch")
def run_watch(
    username: Annotated[str | None, typer.Option(help="Account to sign in with.")] = None,
    password: Annotated[str | None, typer.Option(help="Its password; default the demo password.")] = None,
    token: Annotated[str | None, typer.Option(envvar="HIENTRUONG_TOKEN", help="A token instead.")] = None,
    topic: Annotated[str, typer.Option(help="operations, agency or report:<code>.")] = "operations",
    since: Annotated[int | None, typer.Option(help="Resume after this sequence number.")] = None,
    url: Annotated[str | None, typer.Option(help="Address of the city.")] = None,
    seconds: Annotated[float | None, typer.Option(help="End by itself.")] = None,
    table: Annotated[bool | None, typer.Option(help="A live table; default on a terminal.")] = None,
    as_json: AsJson = False,
) -> None:
    """The live desk in a terminal, over the same protocol as the screens.

    Example: hientruong watch --username operator1 --topic operations
    """
    from api import watch

    settings = read_settings()
    if token is None and username is None:
        raise typer.BadParameter("or --token is needed", param_hint="--username")
    if token is None and password is None:
        password = settings.demo_password()
    status = watch.run(
        url=url or settings.web.origin,
        username=username,
        password=password,
        token=token,
        topic=topic,
        since=since,
        as_json=as_json,
        table=table,
        seconds=seconds,
    )
    raise typer.Exit(status)


def _cannot(sentence: str) -> typer.Exit:
    print(f"hientruong: {sentence}", file=sys.stderr)
    return typer.Exit(1)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment is not None else None


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def _until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run until SIGTERM or Ctrl-C, then cancel and wait for the clean end."""

    async def go() -> None:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            return

    asyncio.run(go())


if __name__ == "__main__":
    main()
