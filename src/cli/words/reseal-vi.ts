/** Lời của việc báo không dịch được và mã lại. */
export const resealVi = {
  commands: {
    unreadable: 'báo nơi gửi: cơ quan không dịch được điện này (khóa đã hủy hoặc mất), đề nghị mã lại',
    reseal: 'mã lại điện cho nơi nhận không dịch được; --to chọn nơi nhận',
  },
  keyStep: { 'say-unreadable': 'báo điện không dịch được', 're-seal': 'mã lại điện đi cho nơi nhận' },
  receipt: { unreadable: 'nơi nhận không dịch được' },
  awaited: { 're-seal': 'mã lại' },
  state: { unreadable: 'không dịch được' },
  reseal: {
    said: 'Đã báo nơi gửi: không dịch được điện {dispatch}. Khi nơi gửi mã lại, điện tới lại dưới cùng mã và giữ số đến nếu đã có.',
    resealed: 'Đã mã lại điện {dispatch} (lần {sealing}) cho: {offices}.',
    left: 'Chưa mã lại được cho {office}: {reason}',
    saidMany: '{count} điện đến không dịch được đã báo nơi gửi, chờ mã lại.',
    resealedMany: '{count} điện đi đã mã lại cho nơi nhận không dịch được.',
    made: 'Đã mã lại lần {sealing} cho {office}',
    awaited: 'Chờ nơi gửi {what} cho {office}',
  },
};
