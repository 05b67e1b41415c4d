/** Words of what waits for the link. */
export const outboxVi = {
  title: 'Đang chờ gửi',
  isQueued: 'Đã lệnh gửi điện này lúc {time}: máy này tự gửi khi nối lại với trạm, không phải bấm lần nữa. Muốn sửa hay thôi thì bấm “{withdraw}” ở đầu trang trước.',
  waits: '{count} điện đã lệnh gửi đang chờ đường truyền tới trạm. Nối lại là máy này tự gửi, kể cả sau khi khóa rồi mở lại.',
  stuck: '{count} điện trạm chưa nhận: cần người xem lại.',
  asked: 'lệnh gửi lúc {time}', withdraw: 'Thôi gửi', withdrawOne: 'Thôi gửi {subject}',
} as const;
