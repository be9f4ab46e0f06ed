"""A resident with a phone: send, follow, answer, rate; with scripts, without them, and on a network that
breaks.
"""

import re
from pathlib import Path

import pytest
from playwright.async_api import FilePayload, Route, expect

from tests.loopback.losing import losing
from tests.story.people import HERE, People, eventually
from tests.story.photos import phone_photo
from tests.web.portal.conftest import Phone


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """A photo that knows where it was taken."""
    path = tmp_path / "hien-truong.jpg"
    path.write_bytes(phone_photo(HERE["lon"], HERE["lat"]))
    return path


def code_in(url: str) -> str:
    """The report's code in the address of its tracking page."""
    found = re.search(r"/t/([A-Z0-9]+)", url)
    assert found is not None, url
    return found[1]


async def fill(phone: Phone, photo: Path) -> None:
    """What three taps need: a photo, which knows the place, and a kind."""
    await phone.goto("/new")
    await phone.page.set_input_files("[data-door=gallery]", photo)
    await expect(phone.page.locator(".place-now small").first).to_have_text(re.compile("Theo ảnh"))
    await phone.page.fill("kind-search input", "o ga")
    await phone.page.locator(".kind:not([hidden]) .tile").first.click()


async def send(phone: Phone) -> str:
    await phone.page.click(".send")
    await phone.page.wait_for_url("**/t/**")
    return code_in(phone.page.url)


async def test_photo_kind_send_and_the_result_comes_by_itself(phone: Phone, photo: Path, people: People) -> None:
    await fill(phone, photo)
    code = await send(phone)
    operator = await people.operator()
    report = await operator.get(f"/api/v1/reports/{code}")
    assert report["location"]["lon"] == pytest.approx(HERE["lon"], abs=1e-4)
    assert report["location"]["lat"] == pytest.approx(HERE["lat"], abs=1e-4)
    assert report["category"] == "road-pothole"
    assert [media["role"] for media in report["media"]] == ["report"]
    # Live: no reload happens, so this mark stays.
    await phone.page.evaluate("document.body.dataset.mark = 'same page'")
    await expect(phone.page.locator("#live-sent img")).to_be_visible()
    await people.brought_to("published", report)
    await expect(phone.page.locator("#live-head .status")).to_have_text("Đã xử lý")
    await expect(phone.page.locator("#live-result .compare figure")).to_have_count(2)
    assert await phone.page.evaluate("document.body.dataset.mark") == "same page"
    await phone.page.locator(".face-choice.satisfied").click()
    await phone.page.click(".rate button")
    await expect(phone.page.locator(".rate button")).to_have_text("Sửa đánh giá")
    assert (await operator.get(f"/api/v1/reports/{code}"))["rating"]["rating"] == "satisfied"
    assert phone.complaints == []


async def test_a_question_is_answered_on_the_page(phone: Phone, photo: Path, people: People) -> None:
    await fill(phone, photo)
    code = await send(phone)
    operator = await people.operator()
    await operator.command(code, "ask", question="Làn xe máy hay làn ô tô?")
    asked = phone.page.locator(".ask blockquote")
    await expect(asked).to_have_text("Làn xe máy hay làn ô tô?")
    await phone.page.fill(".ask textarea", "Làn xe máy")
    # Somebody is writing: what arrives meanwhile must not take the words away.
    await operator.command(code, "claim")
    await phone.page.wait_for_timeout(600)
    assert await phone.page.input_value(".ask textarea") == "Làn xe máy"
    await phone.page.click(".ask button")
    await expect(phone.page.locator(".story q").last).to_have_text("Làn xe máy")
    report = await operator.get(f"/api/v1/reports/{code}")
    assert (report["state"], report["answer"]["text"]) == ("received", "Làn xe máy")


async def test_withdraw(phone: Phone, photo: Path, people: People) -> None:
    await fill(phone, photo)
    code = await send(phone)
    await phone.page.get_by_text("Rút lại phản ánh").click()
    await phone.page.get_by_role("button", name="Rút lại").click()
    await expect(phone.page.locator(".story")).to_contain_text("Bạn đã rút lại")
    assert (await (await people.operator()).get(f"/api/v1/reports/{code}"))["state"] == "withdrawn"


async def test_a_lost_answer_loses_nothing_and_doubles_nothing(phone: Phone, photo: Path) -> None:
    """The city gets the report, the phone never hears of it, the page is closed: it is found, not doubled."""
    keys: set[str | None] = set()
    async with losing(phone.url) as network:
        phone.url, network.losing = network.url, b"POST /api/v1/reports"
        phone.context.on("request", lambda sent: keys.add(sent.headers.get("idempotency-key")))
        await fill(phone, photo)
        await phone.page.fill("textarea[name=description]", "Không được mất câu này")
        await phone.page.click(".send")
        await expect(phone.page.locator("send-panel")).to_contain_text("Đã lưu phản ánh của bạn")

        async def lost() -> int:
            return network.lost

        await eventually(lost, lambda count: count >= 1)
        await phone.page.close()
        network.losing = None
        phone.page = await phone.context.new_page()

        await phone.goto("/mine")

        async def arrived() -> int:
            answer = await phone.context.request.get(f"{phone.url}/api/v1/devices/me/reports")
            return len((await answer.json())["reports"])

        await eventually(arrived, lambda count: count >= 1)
        assert await arrived() == 1
        assert len(keys - {None}) == 1
        await phone.goto("/new")
        await expect(phone.page.locator("textarea[name=description]")).to_have_value("")
        await phone.page.close()


async def test_it_sends_again_by_itself(phone: Phone, photo: Path) -> None:
    broken = True

    async def sometimes(route: Route) -> None:
        nonlocal broken
        if broken:
            broken = False
            await route.abort("internetdisconnected")
        else:
            await route.continue_()

    await phone.context.route("**/api/v1/reports", sometimes)
    await fill(phone, photo)
    await phone.page.click(".send")
    await phone.page.wait_for_url("**/t/**")
    assert not broken


async def test_a_place_by_name_and_by_the_map(phone: Phone) -> None:
    await phone.goto("/new")
    await phone.page.fill("place-picker input[type=search]", "bai sau")
    await phone.page.locator(".found button").first.click()
    await expect(phone.page.locator(".place-now small").first).to_have_text(re.compile("Theo địa chỉ"))
    before = await phone.page.input_value("input[name=lon]")
    await phone.page.locator(".place-tools button").nth(1).click()
    canvas = phone.page.locator("place-picker .canvas[data-ready]")
    await canvas.wait_for()
    box = await canvas.bounding_box()
    assert box is not None
    await phone.page.mouse.move(box["x"] + 150, box["y"] + 100)
    await phone.page.mouse.down()
    await phone.page.mouse.move(box["x"] + 60, box["y"] + 100, steps=5)
    await phone.page.mouse.up()
    await expect(phone.page.locator(".place-now small").first).to_have_text(re.compile("Theo bản đồ"))
    assert float(await phone.page.input_value("input[name=lon]")) > float(before)


async def test_push_is_offered_after_the_first_report_and_never_before(phone: Phone, photo: Path) -> None:
    asked = "window.asked = 0; Notification.requestPermission = async () => { window.asked += 1; return 'denied' };"
    await phone.context.add_init_script(
        f"Object.defineProperty(Notification, 'permission', {{get: () => 'default'}}); {asked}"
    )
    for path in ("/", "/new", "/mine"):
        await phone.goto(path)
        await expect(phone.page.locator("push-consent")).to_be_hidden()
    await fill(phone, photo)
    await send(phone)
    await expect(phone.page.locator("push-consent")).to_be_visible()
    assert await phone.page.evaluate("window.asked") == 0
    await phone.page.click("push-consent [data-yes]")
    await expect(phone.page.locator("push-consent")).to_contain_text("chặn thông báo")


async def test_the_whole_way_without_scripts(plain_phone: Phone, photo: Path, people: People) -> None:
    page = plain_phone.page
    await plain_phone.goto("/new")
    await page.set_input_files("input[accept='image/*']", photo)
    await page.check("input[value=road-pothole]", force=True)
    await page.select_option("select[name=area]", index=1)
    await page.fill("textarea[name=description]", "Gửi bằng trang thuần <b>HTML</b>")
    await page.click(".send")
    code = code_in(page.url)
    await expect(page.locator(".title")).to_have_text("Gửi bằng trang thuần <b>HTML</b>")
    operator = await people.operator()
    report = await operator.get(f"/api/v1/reports/{code}")
    # The photo knew better than the area.
    assert report["location"]["lat"] == pytest.approx(HERE["lat"], abs=1e-4)
    assert len(report["media"]) == 1
    await people.brought_to("published", report)
    await page.reload()
    await page.check("input[value=acceptable]", force=True)
    await page.fill("input[name=comment]", "Được")
    await page.click(".rate button")
    assert (await operator.get(f"/api/v1/reports/{code}"))["rating"]["rating"] == "acceptable"
    await plain_phone.goto("/mine")
    await expect(page.locator(".card")).to_have_count(1)
    await expect(page.locator(".inbox li").first).to_be_visible()


async def test_the_plain_form_sent_twice_is_one_report(plain_phone: Phone) -> None:
    """What a browser does when the answer got lost and the person presses "reload": the same form goes out
    again.
    """
    request = plain_phone.context.request
    page = await (await request.get(f"{plain_phone.url}/new")).text()
    hidden = dict(re.findall(r'name="(key|csrf)" value="([^"]*)"', page))
    form = {**hidden, "category": "road-pothole", "area": "26506", "description": "Một lần thôi"}
    sent = [await request.post(f"{plain_phone.url}/new", multipart=form, max_redirects=0) for _ in range(2)]
    assert [answer.status for answer in sent] == [303, 303]
    assert sent[0].headers["location"] == sent[1].headers["location"]
    changed = await request.post(f"{plain_phone.url}/new", multipart={**form, "description": "Khác"}, max_redirects=0)
    assert changed.status == 422 and "nội dung khác" in await changed.text()


async def test_a_form_of_another_site_is_refused(plain_phone: Phone) -> None:
    request = plain_phone.context.request
    await request.get(f"{plain_phone.url}/new")
    form: dict[str, str | float | bool | bytes | FilePayload] = {
        "csrf": "0" * 32,
        "key": "x",
        "category": "road-pothole",
        "area": "26506",
        "description": "giả mạo",
    }
    answer = await request.post(f"{plain_phone.url}/new", multipart=form, max_redirects=0)
    assert answer.status == 422
    await plain_phone.goto("/mine")
    await expect(plain_phone.page.locator(".card")).to_have_count(0)


async def test_another_phone_cannot_open_it(phone: Phone, plain_phone: Phone, photo: Path) -> None:
    await fill(phone, photo)
    code = await send(phone)
    answer = await plain_phone.page.goto(f"{plain_phone.url}/t/{code}")
    assert answer is not None and answer.status == 404
    await expect(plain_phone.page.locator("h1")).to_have_text("Không mở được phản ánh này trên máy này")
    await plain_phone.goto("/new")
    answer = await plain_phone.page.goto(f"{plain_phone.url}/t/{code}")
    assert answer is not None and answer.status == 404


async def test_the_notice_is_in_the_inbox_and_can_be_read(phone: Phone, photo: Path, people: People) -> None:
    await fill(phone, photo)
    code = await send(phone)

    async def waiting() -> int:
        await phone.goto("/mine")
        return await phone.page.locator(".inbox .unread").count()

    await eventually(waiting, lambda count: count >= 1)
    await phone.page.get_by_role("button", name="Đánh dấu đã đọc").click()
    await expect(phone.page.locator(".inbox .unread")).to_have_count(0)
    assert code in str(await phone.page.locator(".inbox a").first.get_attribute("href"))
