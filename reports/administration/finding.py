"""One thing that is wrong, or that somebody should know, about a configuration; and the sentences for each kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["error", "warning"]

# kind -> (severity, Vietnamese, English). {name} is filled from the facts.
KINDS: dict[str, tuple[Severity, str, str]] = {
    "form": ("error", "Mục này {why_vi}.", "This {why}."),
    "twice": ("error", "Mã này có hai mục.", "Two items have this code."),
    "unknown": (
        "error",
        "“{value}” không có trong danh sách {of_vi}.",
        "“{value}” is not among the {of_en}.",
    ),
    "unknown-setting": (
        "warning",
        "Phần mềm không biết thiết lập này; có thể viết sai tên.",
        "The software does not know this setting; perhaps its name is misspelt.",
    ),
    "circle": ("error", "Mục này trực thuộc chính nó, theo vòng.", "This item belongs to itself, in a circle."),
    "too-deep": (
        "error",
        "Lĩnh vực chỉ có hai cấp; mục này ở cấp thứ ba.",
        "Categories have two levels; this one would be on the third.",
    ),
    "no-service-level": (
        "error",
        "Lĩnh vực nhận phản ánh phải có thời hạn xử lý cho mức thường.",
        "A category that takes reports needs a service level for normal urgency.",
    ),
    "service-level": ("error", "Thời hạn không hợp lệ: {why}.", "The service level cannot be used: {why}."),
    "questions": ("error", "Câu hỏi thêm không dùng được: {why}.", "The extra questions cannot be used: {why}."),
    "restricted-public": (
        "error",
        "Luồng hạn chế không bao giờ công khai; hãy tắt “Công khai”.",
        "The restricted lane is never public; switch “Public” off.",
    ),
    "lane-opened": (
        "error",
        "Chỉ người được chỉ định đọc mới được đưa lĩnh vực này ra khỏi luồng hạn chế: phản ánh đã có sẽ mở cho mọi cán "
        "bộ trung tâm.",
        "Only a named reader may take this out of the restricted lane: the whole center would read its reports.",
    ),
    "unread": (
        "warning",
        "Chưa ai được chỉ định đọc lĩnh vực hạn chế này.",
        "Nobody is named to read this restricted category.",
    ),
    "no-categories": ("error", "Chưa có lĩnh vực nào nhận phản ánh.", "No category takes reports."),
    "no-target": (
        "error",
        "Quy tắc chưa nói giao cho ai: chọn cơ quan chủ trì hoặc chủ trì theo vị trí.",
        "The rule does not say to whom: choose a leading agency or a lead by place.",
    ),
    "two-targets": (
        "error",
        "Chỉ chọn một: cơ quan chủ trì, hoặc chủ trì theo vị trí.",
        "Choose one: a leading agency, or a lead by place.",
    ),
    "lead-supports": (
        "warning",
        "Cơ quan chủ trì cũng có trong danh sách phối hợp.",
        "The leading agency is among the supporting ones too.",
    ),
    "ends-before": ("error", "Ngày hết hiệu lực trước ngày bắt đầu.", "It ends before it begins."),
    "rule": ("error", "Quy tắc không đọc được: {why}.", "The rule cannot be read: {why}."),
    "no-rules": (
        "warning",
        "Chưa có quy tắc nào: mọi phản ánh sẽ đến bàn mặc định.",
        "There is no rule: every report would go to the default desk.",
    ),
    "no-desk": (
        "error",
        "Chưa chọn bàn mặc định: phản ánh không khớp quy tắc nào sẽ không có nơi nhận.",
        "There is no default desk: a report that no rule matches has nowhere to go.",
    ),
    "calendar": ("error", "Lịch không dùng được: {why}.", "The calendar cannot be used: {why}."),
    "unknown-country": (
        "error",
        "Không có ngày nghỉ lễ của nước “{country}”; kiểm tra mã hai chữ cái, ví dụ VN.",
        "No public holidays are known of “{country}”; it is a code of two letters such as VN.",
    ),
    "holidays-end": (
        "warning",
        "Lịch “{name}” chỉ có ngày nghỉ lễ đến {until_vi}; hạn xử lý rơi vào sau đó sẽ tính cả ngày lễ. Thêm ngày lễ"
        " của năm sau, hoặc điền mã quốc gia rồi công bố.",
        "Calendar “{name}” has public holidays until {until} only; due times after that would count holidays as worked."
        " Add next year's, or name the country and publish.",
    ),
    "holidays-to-write": (
        "warning",
        "Lịch “{name}” chỉ có ngày nghỉ lễ đến {until_vi}. Công bố một bản nháp: phần mềm tự ghi ngày lễ của năm sau.",
        "Calendar “{name}” has public holidays until {until} only. Publish a draft: next year's are written then.",
    ),
    "no-default-calendar": (
        "error",
        "Phải có lịch mang mã “default”: lịch chung của thành phố.",
        "There must be a calendar “default”: the city's own.",
    ),
    "no-working-time": (
        "error",
        "Lịch này không có giờ làm việc lâu dài, nên không tính được hạn: hãy đặt giờ cho ít nhất một ngày trong tuần.",
        "It has no working hours that last, so no due time can be counted by it: give one day of the week some.",
    ),
    "gone-with-reports": (
        "warning",
        "Mục này thôi dùng khi còn {count} phản ánh đang mở; các phản ánh đó vẫn được xử lý đến xong.",
        "It goes while {count} reports are open; those are worked on to their end.",
    ),
    "gone-with-accounts": (
        "warning",
        "Cơ quan này thôi dùng khi còn {count} tài khoản cán bộ đang hoạt động.",
        "The agency goes while {count} of its officers' accounts are active.",
    ),
    "unknown-area": (
        "warning",
        "Địa bàn “{value}” không có hiện nay và sắp tới.",
        "There is no area “{value}”, now or later.",
    ),
    "shape": ("error", "Phạm vi vẽ không dùng được: {why}", "The drawn shape cannot be used: {why}"),
    "shape-crossed": (
        "warning",
        "Phạm vi vẽ tự cắt hoặc các vùng chồng lên nhau; phần chồng lên nhau bị tính là ở ngoài. Hãy vẽ lại.",
        "The drawn shape crosses itself or its parts overlap ({why}); what is covered twice counts as outside.",
    ),
    "rung-order": (
        "error",
        "Bước này không được sớm hơn bước trước nó: từ {least} trở lên.",
        "This step must not come before the one above it: {least} or more.",
    ),
    "called-twice": (
        "warning",
        "Người này đã được báo ở bước trước; không ai được báo hai lần, nên bước này sẽ bị bỏ qua.",
        "This person is called by a step above; nobody is called twice, so this step is passed over.",
    ),
    "nobody-untouched": (
        "warning",
        "Ở kênh này không ai được báo khi cơ quan chưa tiếp nhận.",
        "In this lane nobody is called when the agency leaves a case untouched.",
    ),
    "nobody-late": (
        "warning",
        "Ở kênh này không ai được báo khi quá hạn.",
        "In this lane nobody is called when a case is late.",
    ),
    "external-bad": ("error", "Địa chỉ này {why_vi}.", "This {why}."),
    "external-inner": (
        "warning",
        "Không phải https trên internet: chỉ gửi được khi máy chủ cho phép (HIENTRUONG_HANDOVER_ALLOWED_ORIGINS).",
        "Not https on the public internet: it is called only where HIENTRUONG_HANDOVER_ALLOWED_ORIGINS names it.",
    ),
    "unreadable": ("error", "Cấu hình không đọc được: {why}.", "The configuration cannot be read: {why}."),
}

# What `reports.rule_problems` finds, in Vietnamese; it brings its own English and severity.
OF_RULES: dict[str, str] = {
    "broken": "Không đọc được: {why}.",
    "unknown-layer": "Chưa nhập lớp dữ liệu “{layer}”.",
    "unknown-person": "“{person}” không phải cán bộ trực đang hoạt động.",
    "restricted-at-once": "Phản ánh thuộc luồng hạn chế không bao giờ được chuyển thẳng.",
    "unknown-areas": "{count} địa bàn được nêu không tồn tại.",
    "inactive-agency": "Cơ quan “{agency}” đã thôi dùng.",
    "unknown-agency": "Không có cơ quan “{agency}”.",
    "inactive-category": "Lĩnh vực “{category}” đã thôi dùng.",
    "unknown-category": "Không có lĩnh vực “{category}”.",
    "unknown-calendar": "Không có lịch “{calendar}”.",
    "no-committee": "Ở {count} địa bàn không có UBND nào ứng với quy tắc này; quy tắc sau sẽ được dùng.",
    "two-committees": "Địa bàn {area} đã có cơ quan phụ trách khác.",
    "no-members": "Cơ quan này nhận phản ánh theo quy tắc nhưng chưa có cán bộ nào đăng nhập được.",
    "many-without-members": "{count} cơ quan nhận phản ánh theo quy tắc nhưng chưa có cán bộ nào đăng nhập được.",
    "never-matches": "Không phản ánh nào khớp được quy tắc này.",
    "unreachable": "Mọi phản ánh khớp quy tắc này đều đã được các quy tắc đứng trước nhận.",
    "overlap": "Một phần phản ánh của quy tắc này được quy tắc đứng trước nhận; chỉ thứ tự quyết định.",
    "gap": "Có {count} địa bàn chưa có quy tắc nào nhận một số lĩnh vực.",
    "gap-sometimes": "Ở {count} địa bàn có thể không quy tắc nào nhận, tùy vị trí và giờ giấc.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong where. `code` None: with the section as a whole. `pointer`: into the item (RFC 6901)."""

    section: str
    code: str | None
    kind: str
    pointer: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    # Of a kind that is not in the table, told by whoever found it.
    severity: Severity | None = None
    detail: str | None = None
    detail_vi: str | None = None

    @property
    def grave(self) -> bool:
        """Whether it stands in the way of publishing."""
        return (self.severity or KINDS[self.kind][0]) == "error"

    def as_document(self) -> dict[str, Any]:
        """For screens and programs: `detail` in English, `detail_vi` in Vietnamese."""
        _, vi, en = KINDS.get(self.kind, ("error", self.kind, self.kind))
        return {
            "severity": "error" if self.grave else "warning",
            "section": self.section,
            "code": self.code,
            "pointer": self.pointer,
            "kind": self.kind,
            "detail": self.detail or en.format_map(self.facts),
            "detail_vi": self.detail_vi or vi.format_map(self.facts),
            "facts": {name: value for name, value in self.facts.items() if not name.startswith("of_")},
        }
