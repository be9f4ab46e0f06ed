"""What the members of a configuration are called, in Vietnamese and English: for forms, problems and differences."""

SECTION_WORDS: dict[str, tuple[str, str]] = {
    "settings": ("Thiết lập chung", "City settings"),
    "categories": ("Lĩnh vực", "Categories"),
    "agencies": ("Cơ quan", "Agencies"),
    "rules": ("Quy tắc phân công", "Routing rules"),
    "area_sets": ("Nhóm địa bàn", "Area sets"),
    "calendars": ("Lịch làm việc", "Working calendars"),
    "reasons": ("Lý do", "Reasons"),
    "templates": ("Mẫu trả lời", "Answer templates"),
}

WORDS: dict[str, tuple[str, str]] = {
    "code": ("Mã", "Code"),
    "name": ("Tên", "Name"),
    "name_en": ("Tên tiếng Anh", "Name in English"),
    "active": ("Đang dùng", "In use"),
    "default_desk": ("Bàn mặc định", "Default desk"),
    # agencies
    "official_code": ("Mã định danh (QĐ 20/2020)", "Official code (QĐ 20/2020)"),
    "legacy_code": ("Mã định danh kiểu cũ", "Older official code"),
    "kind": ("Loại", "Kind"),
    "parent_code": ("Trực thuộc", "Belongs to"),
    "phone": ("Điện thoại", "Telephone"),
    "calendar": ("Lịch làm việc", "Working calendar"),
    "area_code": ("Địa bàn phụ trách", "Area of this committee"),
    "external": ("Hệ thống riêng", "System of its own"),
    # categories
    "icon": ("Biểu tượng", "Icon"),
    "questions": ("Câu hỏi thêm", "Extra questions"),
    "stopper": ("Lời nhắn dừng lại", "Stopping notice"),
    "lane": ("Luồng xử lý", "Lane"),
    "approvals": ("Số lần duyệt", "Approvals"),
    "public": ("Công khai", "Public"),
    "location_private": ("Giấu vị trí", "Location kept private"),
    "anonymous_allowed": ("Cho gửi ẩn danh", "Anonymous reports allowed"),
    "voice_allowed": ("Cho gửi ghi âm", "Voice notes allowed"),
    "proof_required": ("Phải có ảnh sau xử lý", "Photo after the work needed"),
    "proof": ("Quy định minh chứng", "Rules of proof"),
    "audit_share": ("Tỷ lệ kiểm tra lại", "Share checked again"),
    "dispute_days": ("Số ngày được phản hồi", "Days to dispute"),
    "extensions_allowed": ("Số lần gia hạn", "Extensions allowed"),
    "extension_days": ("Số ngày mỗi lần gia hạn", "Days of one extension"),
    "service_levels": ("Thời hạn xử lý", "Service levels"),
    "holder_levels": ("Thời hạn của từng cơ quan", "Service level of one holder"),
    "second_chance": ("Thời hạn sau khi mở lại", "Service level after reopening"),
    # rules
    "category": ("Lĩnh vực", "Category"),
    "areas": ("Địa bàn", "Areas"),
    "area_set": ("Nhóm địa bàn", "Area set"),
    "urgency": ("Mức khẩn", "Urgency"),
    "when": ("Trong hay ngoài giờ", "In or outside working hours"),
    "near": ("Gần đối tượng", "Near a thing of a layer"),
    "lead": ("Cơ quan chủ trì", "Leading agency"),
    "relative": ("Chủ trì theo vị trí", "Lead by place"),
    "supporting": ("Cơ quan phối hợp", "Supporting agencies"),
    "straight_through": ("Chuyển thẳng, không qua điều phối", "Dispatched straight through"),
    "person": ("Giao cho", "Given to"),
    "valid_from": ("Hiệu lực từ", "Valid from"),
    "valid_to": ("Hiệu lực đến", "Valid to"),
    # the others
    "shape": ("Vùng vẽ tay", "Drawn area"),
    "definition": ("Ngày giờ làm việc", "Working days and hours"),
    "command": ("Thao tác", "Command"),
    "public_answer": ("Câu trả lời gợi ý", "Suggested answer"),
    "public_answer_en": ("Câu trả lời gợi ý (tiếng Anh)", "Suggested answer in English"),
    "text": ("Nội dung", "Text"),
    "reason": ("Lý do", "Reason"),
    "order": ("Thứ tự", "Order"),
}


def named(name: str) -> tuple[str, str]:
    """The words for a member; the member itself where nobody wrote any."""
    return WORDS.get(name, (name, name))
