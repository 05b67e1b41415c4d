/** Lời của việc báo không dịch được và mã lại. */
export const resealVi = {
  commands: {
    unreadable: 'báo nơi gửi: cơ quan không dịch được điện này (khóa đã hủy hoặc mất), đề nghị mã lại',
  },
  receipt: { unreadable: 'nơi nhận không dịch được' },
  awaited: { 're-seal': 'mã lại' },
  state: { unreadable: 'không dịch được' },
  reseal: {
    said: 'Đã báo nơi gửi: không dịch được điện {dispatch}. Khi nơi gửi mã lại, điện tới lại dưới cùng mã và giữ số đến nếu đã có.',
    awaited: 'Chờ nơi gửi {what} cho {office}',
  },
};
