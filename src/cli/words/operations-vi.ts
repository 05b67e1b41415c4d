/** Lời của các lệnh vận hành: kiểm tra trạm, tình trạng. Mỗi điều tìm thấy: là gì và vì sao; làm gì. */

export const operationsVi = {
  commands: {
    doctor: 'kiểm tra trạm và thiết bị: chỉ ra từng chỗ hỏng và cách sửa; không tự sửa gì',
    status: 'tình trạng một trạm trên một màn hình',
    completion: 'in tập lệnh gợi ý cho bash, zsh hoặc fish',
    man: 'viết các trang hướng dẫn (man) vào một thư mục',
  },
  options: {
    warn: 'báo trước bao nhiêu ngày khi chứng thư hay khóa sắp hết hạn (mặc định 30)',
  },
  doctor: {
    title: 'KIỂM TRA TRẠM {station}, {state}',
    titleNone: 'KIỂM TRA THƯ MỤC {data}',
    titleDevice: 'KIỂM TRA THIẾT BỊ Ở {home}',
    running: 'đang chạy',
    stopped: 'không chạy',
    sound: '✓ {check}',
    warn: '! {check}: {what}',
    fault: '✗ {check}: {what}',
    mend: '    → {mend}',
    well: 'Không có lỗi[, {warnings} điều cần chú ý].',
    ill: '{faults} lỗi, {warnings} điều cần chú ý.',
  },
  diskLevel: { good: 'tốt', low: 'sắp đầy', 'no-parts': 'từ chối tệp kèm mới', 'no-dispatches': 'từ chối điện mới' },
  status: {
    station: 'Trạm', running: 'Đang chạy', notRunning: 'không chạy', at: '{url}[, nghe trạm khác ở cổng {linkPort}][, không đợi trạm nào gọi tới ({off})], tiến trình {pid}, từ {since}',
    notReady: 'chưa hoạt động được: {reasons}', version: 'Phiên bản', incarnation: 'Đợt', ledger: 'Sổ cái', entries: '{count} mục', directory: 'Danh bạ',
    noWay: 'Không có đường tới {station}', noWayText: '{count} điện nằm lại ở đây ({held}), từ {since}',
    link: 'Đường tới {peer}', linkText: '{state}; chờ gửi {queued}[, từ {oldest}]; có tin lần cuối {met}', up: 'thông', down: 'đứt', unknown: 'chưa rõ',
    disk: 'Đĩa', diskText: 'còn {free}, {level}', checkpoint: 'Điểm mốc', checkpointText: '{time}, {count} mục, trạm khác chứng kiến {witnessed}',
    backup: 'Sao lưu', none: 'chưa có', keys: 'Khóa cơ quan {office}', until: 'tới {time}', endless: 'không hạn', memory: 'Bộ nhớ',
  },
  manWritten: 'Đã viết {count} trang vào {folder}.',
};
