"""Feeds, sitemaps, files and cards: valid by their standards, whatever residents write."""

import csv
import io
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media.cards import HEIGHT, WIDTH, Card, draw
from portal import feeds, open_data
from portal.feeds import ATOM, Channel
from portal.sitemap import NAMESPACE, bounds
from reports.codes import new_code
from tests.portal.conftest import ORIGIN, Portal
from tests.portal.test_pages import report
from tests.portal.village import Wanted, settle

CHANNEL = Channel("Phản ánh <Vũng Tàu>", "mô tả & hơn", "vi", f"{ORIGIN}/", f"{ORIGIN}/feed.rss", ORIGIN)
ODD = st.text(st.characters(exclude_categories=[]), max_size=80)


def rss_items(body: bytes) -> list[ElementTree.Element]:
    """The items of an RSS 2.0 document with everything the specification asks for."""
    root = ElementTree.fromstring(body)
    assert (root.tag, root.get("version")) == ("rss", "2.0")
    (channel,) = root.findall("channel")
    assert all(channel.findtext(name) for name in ("title", "link", "description"))
    items = channel.findall("item")
    for item in items:
        assert item.findtext("title") and item.findtext("link") and item.findtext("guid")
        assert parsedate_to_datetime(str(item.findtext("pubDate"))).tzinfo is not None
    return items


def atom_entries(body: bytes) -> list[ElementTree.Element]:
    """The entries of an Atom document with everything RFC 4287 asks for."""
    root = ElementTree.fromstring(body)
    assert root.tag == f"{{{ATOM}}}feed"
    entries = root.findall(f"{{{ATOM}}}entry")
    for one in (root, *entries):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"{{{ATOM}}}{name}")) == 1 and one.findtext(f"{{{ATOM}}}{name}")
        assert datetime.fromisoformat(str(one.findtext(f"{{{ATOM}}}updated"))).tzinfo is not None
        assert any(link.get("rel") == "alternate" for link in one.findall(f"{{{ATOM}}}link"))
    assert root.findtext(f"{{{ATOM}}}author/{{{ATOM}}}name")
    return entries


@given(description=ODD, answer=st.none() | ODD, name=ODD.filter(str.strip))
def test_any_text_makes_a_valid_feed(description: str, answer: str | None, name: str) -> None:
    # A lone surrogate cannot come out of the database.
    def kept(text: str) -> str:
        return text.encode("utf-8", "replace").decode()

    one = report(description=kept(description), public_answer=answer and kept(answer), category_name=kept(name) + "x")
    assert len(rss_items(feeds.rss(CHANNEL, [one, one]))) == 2
    assert len(atom_entries(feeds.atom(CHANNEL, [one], "IOC"))) == 1


def test_an_empty_feed_is_valid_too() -> None:
    assert rss_items(feeds.rss(CHANNEL, [])) == [] and atom_entries(feeds.atom(CHANNEL, [], "IOC")) == []


def test_feeds_follow_the_filters_of_the_list(portal: Portal) -> None:
    portal.change(lambda conn: settle(conn, Wanted("POTH00000", published=timedelta(minutes=-1))))
    portal.change(lambda conn: settle(conn, Wanted("LAMP00000", lead="power", description="Đèn & <đường>")))
    both = rss_items(portal.client.get("/feed.rss").content)
    assert [item.findtext("link") for item in both] == [f"{ORIGIN}/reports/{c}" for c in ("LAMP00000", "POTH00000")]
    assert both[0].findtext("title") == "Đèn & <đường>"
    (only,) = atom_entries(portal.client.get("/feed.atom?agency=ward&lang=en").content)
    assert only.findtext(f"{{{ATOM}}}id") == f"{ORIGIN}/reports/POTH00000"
    page = portal.client.get("/?agency=ward").text
    assert '<link rel="alternate" type="application/atom+xml"' in page and 'href="/feed.atom?agency=ward"' in page


def test_sitemaps_name_every_published_report_once(portal: Portal) -> None:
    months = timedelta(days=40)
    wanted = [Wanted(f"CODE0000{place}", published=-months * place) for place in range(4)]
    for one in wanted:
        portal.change(partial(settle, wanted=one))
    index = ElementTree.fromstring(portal.client.get("/sitemap.xml").content)
    assert index.tag == f"{{{NAMESPACE}}}sitemapindex"
    named: list[str] = []
    for loc in index.iter(f"{{{NAMESPACE}}}loc"):
        part = portal.client.get(str(loc.text).removeprefix(ORIGIN))
        assert part.status_code == 200 and part.headers["content-type"].startswith("application/xml")
        root = ElementTree.fromstring(part.content)
        assert root.tag == f"{{{NAMESPACE}}}urlset"
        named += [str(one.text) for one in root.iter(f"{{{NAMESPACE}}}loc")]
    reports = [address for address in named if "/reports/" in address]
    assert sorted(reports) == [f"{ORIGIN}/reports/{one.code}" for one in wanted]
    assert f"Sitemap: {ORIGIN}/sitemap.xml" in portal.client.get("/robots.txt").text
    for odd in ("2026-13", "0000-01", "x", "9999-12", "2026-1", "1999-01"):
        assert portal.client.get(f"/sitemap-{odd}.xml").status_code == 404


def test_months_have_bounds() -> None:
    assert bounds("2026-12") == (
        datetime.fromisoformat("2026-12-01T00:00:00+00:00"),
        datetime.fromisoformat("2027-01-01T00:00:00+00:00"),
    )
    assert bounds("2026-00") is None


def test_a_month_as_csv_and_geojson(portal: Portal) -> None:
    evil = Wanted("EVIL00000", description='=HYPERLINK("http://x")', published=timedelta(minutes=1))
    portal.change(lambda conn: settle(conn, Wanted("POTH00000", description='Ổ gà, "lớn"\nhai dòng')))
    portal.change(lambda conn: settle(conn, evil))
    answer = portal.client.get("/open-data/2026-11.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf") and "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["code"] for row in rows] == ["POTH00000", "EVIL00000"]
    assert rows[0]["description"] == 'Ổ gà, "lớn"\nhai dòng' and rows[0]["on_time"] == "true"
    assert rows[1]["description"].startswith("'=")
    assert rows[0]["page"] == f"{ORIGIN}/reports/POTH00000"
    document = portal.client.get("/open-data/2026-11.geojson").json()
    assert document["type"] == "FeatureCollection" and document["licence"].startswith("CC BY 4.0")
    listed = portal.client.get("/api/v1/public/reports").json()["features"]
    assert document["features"] == list(reversed(listed))
    assert portal.client.get("/open-data/2026-10.csv").status_code == 404


def test_numbers_stay_numbers_in_a_csv() -> None:
    made = open_data._csv(("a", "b", "c"), [{"a": -1.5, "b": "-x", "c": None}])
    assert list(csv.reader(io.StringIO(made.removeprefix("\ufeff"))))[1] == ["-1.5", "'-x", ""]


def photo() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (1600, 1200), "#336699").save(made, "WEBP", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00")
    return made.getvalue()


@given(title=st.text(max_size=300), place=st.text(max_size=200), code=st.text(max_size=40))
def test_a_card_can_be_drawn_of_anything(title: str, place: str, code: str) -> None:
    drawn = draw(Card(title, place, "Đã xử lý", code, "Phản ánh hiện trường Vũng Tàu"))
    with Image.open(io.BytesIO(drawn)) as opened:
        assert (opened.format, opened.size) == ("JPEG", (WIDTH, HEIGHT))


def test_a_card_shows_the_picture_and_carries_nothing_else() -> None:
    card = Card("Ổ gà", "Phường Vũng Tàu", "Đã xử lý", "AAAA1111", "Hiện Trường")
    with Image.open(io.BytesIO(draw(card, photo()))) as opened:
        assert not opened.getexif() and "exif" not in opened.info
        red, green, blue = opened.convert("RGB").getpixel((WIDTH - 100, 300))  # type: ignore[misc]
        assert abs(red - 0x33) < 12 and abs(green - 0x66) < 12 and abs(blue - 0x99) < 12
    assert draw(card, b"no picture") == draw(card)


def test_vietnamese_letters_are_drawn_each_in_its_own_way() -> None:
    """A font without them would draw the same box for each."""
    drawn = {draw(Card(letter * 3, "", "x", "", "")) for letter in "ẶặỘộỮữỲỳĐđẼẽƠơẤấ"}
    assert len(drawn) == 16


def test_the_card_of_a_report(portal: Portal) -> None:
    code = new_code()
    portal.change(lambda conn: settle(conn, Wanted(code)))
    assert (
        f'property="og:image" content="{ORIGIN}/public/cards/{code}.jpg"' in portal.client.get(f"/reports/{code}").text
    )
    # The store of this village holds no pictures: the card goes without.
    answer = portal.client.get(f"/public/cards/{code}.jpg")
    assert answer.headers["content-type"] == "image/jpeg"
    with Image.open(io.BytesIO(answer.content)) as opened:
        assert opened.size == (WIDTH, HEIGHT)


def test_months_are_newest_first_on_the_page_of_open_data(portal: Portal) -> None:
    for place in range(2):
        wanted = Wanted(f"CODE0000{place}", published=-timedelta(days=40 * place))
        portal.change(partial(settle, wanted=wanted))
    page = portal.client.get("/open-data?category=road").text
    assert page.index("2026-11.csv") < page.index("2026-10.csv")
    assert "data-query=&#34;category=road&#34;" in page or 'data-query="category=road"' in page
