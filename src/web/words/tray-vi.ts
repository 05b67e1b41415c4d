/** Words of the device's own long work, Vietnamese: the source. */
export const trayVi = {
  title: 'Máy này đang làm',
  kind: { sealing: 'Niêm phong và gửi lên', opening: 'Mở và kiểm tra', saving: 'Tải về', reading: 'Đọc lần đầu', stick: 'Đọc thẻ nhớ' },
  bytes: '{done} trên {all}', lines: '{count} dòng',
  stop: 'Dừng', stopWhat: 'Dừng: {name}', stopping: 'Đang dừng…', forget: 'Đã rõ', forgetWhat: 'Đã rõ: {name}',
  unfinished: {
    since: 'Dở dang từ {time}. Phần đã làm được giữ trên máy này, dưới niêm phong.', waits: 'Nối lại với trạm là máy này tự làm tiếp.', needs: 'Cần chọn lại: {names}',
    goOn: 'Tiếp tục', goOnWhat: 'Tiếp tục: {name}', pick: 'Chọn lại tệp', pickWhat: 'Chọn lại tệp: {name}', giveUp: 'Bỏ', giveUpWhat: 'Bỏ: {name}', givingUp: 'Đang bỏ…',
  },
} as const;
