/** Lời về khóa của cơ quan. */
export const keysVi = {
  said: {
    keysCompromised: 'Đã ngừng dùng các khóa bị lộ của {office}: {keys}. Khóa mới đã có hiệu lực.',
    keysCompromiseSent: 'Khóa mới và lệnh ngừng dùng khóa bị lộ của {office} đang được gửi tới trạm giữ danh bạ; chạy lại lệnh để xem kết quả.',
    keysMade: 'Khóa của cơ quan {office}: tạo mới {made} khóa, trao {given} khóa cho các thiết bị còn thiếu.',
    keysRolled: 'Có người hoặc thiết bị đã thôi giữ khóa của {office}: toàn bộ khóa đã được thay.',
    keysRewrapped: 'Đã mã lại {count} điện đến sang khóa lưu trữ.',
    keysDestroyed: 'Đã hủy hẳn khóa nhận của các kỳ: {numbers}.',
    keysUndone: 'Chưa làm được việc {step}; lần làm việc sau thiết bị sẽ tự làm tiếp. {reason}',
  },
  direction: { in: 'đến', out: 'đi' },
  keyStep: { make: 'tạo khóa', give: 'trao khóa', 're-wrap': 'mã lại điện đến', destroy: 'hủy khóa cũ' },
};
