/** Words of the device's own long work, Vietnamese: the source. */
export const trayVi = {
  title: 'Máy này đang làm',
  kind: { sealing: 'Niêm phong và gửi lên', opening: 'Dịch và kiểm tra', saving: 'Tải về', reading: 'Đọc lần đầu' },
  bytes: '{done} trên {all}', lines: '{count} dòng',
  stop: 'Dừng', stopWhat: 'Dừng: {name}', stopping: 'Đang dừng…', forget: 'Đã rõ', forgetWhat: 'Đã rõ: {name}',
} as const;
