/** Lời khi khóa, thiết bị đã rơi vào tay người khác. */
export const exposureVi = {
  commands: { exposed: 'liệt kê những điện mà khóa đã lộ mở được: điện đến cơ quan này, và điện cơ quan này đã gửi' },
  options: {
    'gone-since': 'mất máy từ lúc nào, nếu biết: những gì ký từ lúc ấy không còn giá trị (nhiều nhất 40 ngày trước)',
    holdings: 'thôi luôn mọi chức vụ của người ấy', keys: 'chỉ những khóa này của cơ quan, vd. storage-2,transport-5; cần khi lệnh đã chạy một lần và khóa mới cũng lộ',
  },
  exposure: {
    toEnd: 'Thiết bị của {name} ({devices}) VẪN DÙNG ĐƯỢC cho đến khi người ấy ký; sau đó ngừng dùng ({reason}) và phiên làm việc dừng ngay.',
    toEndSent: 'Thiết bị của {name} ({devices}) VẪN DÙNG ĐƯỢC cho đến khi danh bạ có việc này; sau đó ngừng dùng ({reason}) và phiên làm việc dừng ngay.',
    ended: 'Đã ngừng dùng thiết bị của {name} ({devices}): {reason}. Phiên làm việc dừng ngay.',
    signedBefore: 'Điện mà các thiết bị ấy đã ký và tới nơi trước lúc này vẫn mở và kiểm được. Điện còn trên đường, hoặc gửi từ nay, bị nơi nhận từ chối (signature-exposed): soạn và ký lại bằng thiết bị khác.',
    left: 'Khóa cũ của {name} đã ngừng dùng, CHƯA CÓ KHÓA MỚI: {persons} chạy tram office keys --office {office}. Từ nay đến lúc đó chưa ai gửi được tới đây.',
    leftNobody: 'Khóa cũ của {name} đã ngừng dùng, CHƯA CÓ KHÓA MỚI: ở đó không ai khác có quyền khóa. Ghi nhận một thiết bị mới của người ấy, hoặc cấp quyền cho người khác, rồi chạy tram office keys --office {office} trên thiết bị đó. Từ nay đến lúc đó chưa ai gửi được tới đây.',
    waiting: 'CHƯA THAY KHÓA của {name}: {persons} chạy tram compromise --office {office} --reason {reason}',
    leftLater: 'Khóa cũ của {name} ngừng dùng cùng lúc; khóa mới do lệnh tiếp theo của {persons} tự tạo (hoặc tram office keys --office {office}).',
    endedKeys: 'Khóa của {name} đã ngừng dùng vì lộ: {keys}.',
    listed: '{name}: {count} điện mở được bằng khóa đã lộ.',
    listElsewhere: 'Danh sách điện của {name} xem tại đó: tram exposed --office {office}',
  },
};
