/** Lời về nhật ký của trạm: từng điều, từng phần, từng trường có trong danh sách đóng của nó. */
export const logVi = {
  said: {
    request: 'yêu cầu tới giao diện', 'answer-cut': 'câu trả lời bị đứt giữa chừng', 'request-failed': 'yêu cầu gặp lỗi của trạm',
    'pages-missing': 'thiếu các trang', 'configuration-key-renamed': 'cấu hình dùng tên khóa cũ',
    'not-reopened': 'thư mục khôi phục chưa được mở lại', 'jobs-not-read': 'không đọc được danh sách việc tự làm',
    'job-failed': 'việc tự làm bị lỗi, sẽ thử lại', 'chore-asked': 'được yêu cầu làm việc', 'chore-cancelled': 'việc được dừng',
    'chore-done': 'việc đã xong', 'chore-refused': 'việc không làm được', 'term-taken': 'đã nhận nhiệm kỳ mới', term: 'nhận nhiệm kỳ gặp lỗi',
    'term-refused': 'nhiệm kỳ không được nhận', claimed: 'ghi mức danh bạ đã nghe gặp lỗi', superseded: 'có thư mục khác đã thay trạm này',
    dispatch: 'phần điện gặp lỗi', 'handshake-failed': 'bắt tay không xong', 'peer-refused': 'bên gọi không phải trạm lân cận', 'link-up': 'đã nối',
    'link-down': 'mất nối', 'call-failed': 'gọi không được', followed: 'trạm kia là bản mở lại, chờ chứng minh',
    'peer-superseded': 'trạm kia đã bị thay', 'stopped-by-peer': 'trạm kia ngừng', 'room-again-there': 'trạm kia lại có chỗ',
    'no-room-there': 'trạm kia hết chỗ', 'numbers-missing': 'thiếu số', 'numbers-missing-there': 'trạm kia thiếu số',
    'checkpoint-refused': 'điểm mốc của trạm kia không được nhận', 'item-refused': 'trạm kia không nhận', 'item-not-taken': 'không nhận',
    'data-unreadable': 'không đọc được phần phải gửi', 'data-forged': 'dữ liệu tới không đúng',
    'returned-unshown': 'trạm kia trả lại những gì đã mất, chưa ai thấy', 'disclosure-refused': 'phần danh bạ cho xem không được nhận',
    'directory-refused': 'danh bạ của trạm kia không được nhận', 'bundle-failed': 'ghi thẻ nhớ gặp lỗi', 'courier-refused': 'thẻ nhớ không được nhận',
  },
  room: {
    http: 'giao diện', jobs: 'việc tự làm', people: 'danh bạ', health: 'trông nom', links: 'đường truyền', incarnations: 'mở lại',
  },
  field: {
    room: 'phần', kind: 'việc', route: 'đường', method: 'kiểu gọi', reason: 'lý do', key: 'khóa', now: 'tên mới', refusal: 'mã từ chối', error: 'lỗi',
    assertion: 'điều phải đúng', frames: 'chỗ', state: 'trạng thái', version: 'phiên bản', station: 'trạm', office: 'cơ quan', peer: 'trạm kia',
    carrier: 'đường', precedence: 'độ khẩn', dispatch: 'điện', fault: 'mã lỗi', incarnation: 'lần mở', blob: 'tệp', status: 'kết quả',
    errorNumber: 'số lỗi', port: 'cổng', size: 'cỡ', index: 'số', count: 'số lượng', bytes: 'byte', attempts: 'số lần', tookMs: 'mất (ms)',
    dueMs: 'hẹn (ms)',
  },
};
