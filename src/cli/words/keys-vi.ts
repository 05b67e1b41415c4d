/** Lời về khóa của cơ quan. */
export const keysVi = {
  said: {
    keysCompromised: 'Đã ngừng dùng các khóa bị lộ của {office}: {keys}. Khóa mới đã có hiệu lực.',
    keysCompromiseSent: 'Khóa mới và lệnh ngừng dùng khóa bị lộ của {office} đã gửi tới trạm giữ danh bạ, chưa về tới đây. Để xem kết quả: tram exposed[ --home {home}] --office {office} nêu khóa đã ngừng dùng và những điện các khóa ấy mở được. Khi đã về, tram office keys[ --home {home}] --office {office} trao khóa mới cho các thiết bị khác. Chạy lại lệnh này không ngừng dùng khóa mới.',
    keysSpared: 'Việc này đã làm rồi, không ngừng dùng thêm khóa nào: khóa đang dùng của {office} ({spared}) được tạo lúc {since}, từ lần báo lộ trước; từ đó chưa có ai hay thiết bị nào thôi giữ. Chỉ khi chính các khóa mới này lộ mới cần nêu tên (--keys, xem tram compromise --help).',
    keysAnew: 'Đã tạo khóa mới của {office}, vì có người hoặc thiết bị đã thôi giữ khóa cũ, hoặc khóa cũ đã lộ.',
    keysMade: 'Khóa của cơ quan {office}: tạo mới {made} khóa, trao {given} khóa cho các thiết bị còn thiếu.',
    keysMakeAnew: 'Nếu không thiết bị nào còn khóa ấy, hãy tạo khóa mới: tram compromise[ --home {home}] --office {office} --reason mat (những gì niêm bằng khóa cũ không mở được nữa, cho đến khi từng nơi gửi niêm lại)',
    keysAllHave: 'Mọi thiết bị được giữ khóa đều đã có: {devices}.',
    keysStillLack: 'Thiết bị còn thiếu khóa: {devices}.',
    keysRolled: 'Có người hoặc thiết bị đã thôi giữ khóa của {office}: toàn bộ khóa đã được thay.',
    keysRewrapped: 'Đã mã lại {count} điện đến sang khóa lưu trữ.',
    keysDestroyed: 'Đã hủy hẳn khóa nhận của các kỳ: {numbers}.',
    keysUndone: 'Chưa làm được việc {step}; lần làm việc sau thiết bị sẽ tự làm tiếp. {reason}',
  },
  direction: { in: 'đến', out: 'đi' },
  keyStep: { make: 'tạo khóa', give: 'trao khóa', 're-wrap': 'mã lại điện đến', destroy: 'hủy khóa cũ' },
};
