/** Lời của việc sao lưu liên tục và trạm dự phòng. */
export const standbyVi = {
  options: {
    every: 'sao lưu, hoặc xem bản mới, lặp lại sau mỗi khoảng như 30s, 5m, 6h, cho tới khi bị dừng',
  },
  standby: {
    everyMade: '{name}: ghi mới {objects} mảnh, {size}, {seconds} giây; máy hỏng thì mất nhiều nhất {lag} giây công việc.',
    everyFailed: 'KHÔNG sao lưu được: {reason} Bản mới nhất vẫn là lúc {time}; sẽ thử lại.',
    everyStopped: 'Đã dừng sao lưu liên tục: {runs} bản, {failed} lần không được.',
  },
};
