"""The work order on paper: one sheet for an ordinary case, nothing cut of a long one, and a way there without a map."""

import io
from dataclasses import replace

from pypdf import PdfReader

from geo.surroundings import Piece
from ioc_dashboard.work_order import TaskLine, WorkOrder, pdf
from media.drawing import draw_scene
from media.prints import for_paper

ROADS = (
    Piece("roads", "residential", "Nguyễn Thị Minh Khai", False, (((-250.0, 40.0), (0.0, 60.0), (250.0, 90.0)),)),
    Piece("roads", "residential", "Hẻm 127", False, (((30.0, -250.0), (20.0, 250.0)),)),
    Piece("water", "river", None, True, (((-250.0, -250.0), (-250.0, -120.0), (250.0, -180.0)),)),
)
PHOTO = for_paper(draw_scene("pothole", 1), 400) or b""
ORDER = WorkOrder(
    office="Trung tâm Điều hành",
    agency="Ban Quản lý dự án và Duy tu công trình hạ tầng giao thông đô thị",
    code="VT-2026-7K3M9Q",
    address="https://hientruong.example/agency?report=VT-2026-7K3M9Q",
    printed="09:20 24/11/2026",
    facts=[("Lĩnh vực", "Ổ gà"), ("Mức độ", "Khẩn cấp"), ("Địa bàn", "Phường Phước Thắng"), ("Chủ trì", "Đội " * 30)],
    description="Ổ gà sâu trước số 12 Ba Cu.",
    lon=107.08432,
    lat=10.34601,
    surroundings=ROADS,
    photos=[PHOTO],
    tasks=[TaskLine("Vá ổ gà", "Tổ 1", "12:00 24/11/2026", "Mang rào chắn")],
    parts=[],
)


def sheets(order: WorkOrder) -> list[str]:
    """The words of each sheet."""
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf(order))).pages]


def test_an_ordinary_case_takes_one_sheet_with_room_to_sign() -> None:
    (words,) = sheets(ORDER)
    for said in (
        "PHIẾU GIAO VIỆC",
        "Quét để mở hồ sơ",
        "Mang rào chắn",
        "Hẻm 127",
        "100 m",
        "Người xác nhận",
        "Tờ 1/1",
    ):
        assert said in words, said
    assert pdf(ORDER) == pdf(ORDER)


def test_a_long_case_goes_on_overleaf_and_begins_on_the_first_sheet() -> None:
    story = " ".join(f"Câu {number} kể rất dài về một chỗ đường hư." for number in range(150))
    long = replace(
        ORDER, description=story, photos=[PHOTO] * 4, more_photos=6, parts=[("Điện lực", "Sửa đèn (chưa xong)")]
    )
    words = sheets(long)
    assert len(words) == 2 and "Câu 0 kể" in words[0] and "Câu 149 kể" in " ".join(words).replace("\n", " ")
    assert "Còn 6 ảnh khác trong hồ sơ." in words[1] and "Tờ 2/2" in words[1] and ORDER.code in words[1]


def test_without_a_map_photos_or_tasks_there_is_a_way_there_and_room_to_write() -> None:
    (words,) = sheets(replace(ORDER, surroundings=[], photos=[], tasks=[], description=""))
    for said in ("Quét để xem vị trí", "10.34601, 107.08432", "Phản ánh không có ảnh.", "Tổ, người làm"):
        assert said in words, said


def test_what_is_no_picture_is_left_out() -> None:
    assert for_paper(b"not a picture", 400) is None and PHOTO[:2] == b"\xff\xd8"
