/** Lời của việc báo không mở được và niêm phong lại. */
export const resealVi = {
  commands: {
    unreadable: 'báo nơi gửi: cơ quan không mở được điện này (khóa đã hủy hoặc mất), đề nghị niêm phong lại',
    reseal: 'niêm phong lại điện cho nơi nhận không mở được; --to chọn nơi nhận',
  },
  keyStep: { 'say-unreadable': 'báo điện không mở được', 're-seal': 'niêm phong lại điện đi' },
  receipt: { unreadable: 'nơi nhận không mở được' },
  awaited: { 're-seal': 'niêm phong lại' },
  purpose: { 're-seal': 'niêm phong lại' },
  state: { unreadable: 'không mở được' },
  reseal: {
    said: 'Đã báo nơi gửi: không mở được điện {dispatch}. Khi nơi gửi niêm phong lại, điện tới lại dưới cùng mã và giữ số đến nếu đã có.',
    resealed: 'Đã niêm phong lại điện {dispatch} (lần {sealing}) cho: {offices}, bằng khóa của nơi ấy có trong danh bạ ở đây. Nếu nơi nào vẫn không mở được thì khóa mới hơn của nơi ấy chưa về tới đây: khi về rồi hãy làm lại việc này.',
    left: 'Chưa niêm phong lại được cho {office}: {reason}',
    saidMany: '{count} điện đến không mở được đã báo nơi gửi, chờ niêm phong lại.',
    resealedMany: '{count} điện đi đã niêm phong lại cho nơi nhận không mở được.',
    made: 'Niêm phong lại lần {sealing} cho {office}',
    awaited: 'Chờ nơi gửi {what} cho {office}',
  },
};
