/** Lời của lệnh theo dõi trực tiếp. */
export const watchVi = {
  commands: { watch: 'theo dõi trực tiếp việc ở các cơ quan của mình: điện đến, đã nhận gửi, báo nhận, bản thảo, đường nối; chỉ mã, không nội dung' },
  options: { after: 'bắt đầu sau mục này của sổ cái (mặc định chỉ việc mới)' },
  watch: {
    closed: 'đã đóng (gửi hoặc bỏ)',
    watching: 'Đang theo dõi: {offices}. Dừng: Ctrl-C.',
    lost: 'Mất liên lạc với trạm; thử lại sau {seconds} giây. {reason}',
    event: {
      'draft-step': 'bản thảo {draft}: {step}',
      'number-issued': 'lấy số {number}',
      'number-void': 'bỏ số {number}',
      accepted: 'trạm đã nhận gửi điện {dispatch}[, số {number}]',
      arrived: 'điện {dispatch} đã đến',
      expired: 'điện {dispatch} đã quá hạn',
      'number-in': 'vào sổ đến điện {dispatch}[, số {number}]',
      receipt: 'báo nhận của điện {dispatch}: {receipt}[ ({station})]',
      're-sealed': 'điện {dispatch} đã niêm phong lại, lần {sealing}',
      redelivered: 'điện {dispatch} đã tới lại, niêm phong lần {sealing}: nay mở được',
      'directory-grown': 'danh bạ nay có {size} mục',
      link: 'đường tới {station}: {state}',
    },
  },
};
