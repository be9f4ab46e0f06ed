/** Words of the triage desk: notes, saved views, templates, palette, bulk actions. */
export const deskVi = {
  "queue.changed": "Đã thay đổi từ lần xem trước",
  "queue.aged": "Đã dùng {n} % thời hạn",
  "queue.more": "Đã tải {n} phản ánh, đang tải tiếp…",
  "queue.cut": "Bàn này giữ {n} phản ánh gấp nhất; còn phản ánh chưa tải. Hãy dùng tìm kiếm hoặc bộ lọc của danh sách.",
  "filter.channel": "Kênh gửi",
  "filter.mine": "Chỉ tôi giữ",
  "filter.order": "Thứ tự",
  "order.due": "Hạn gần nhất trước",
  "order.priority": "Ưu tiên cao nhất trước",
  "order.newest": "Mới nhất trước",
  "priority.score": "Ưu tiên {n}",
  "bulk.pick": "Chọn {code}",
} as const;
