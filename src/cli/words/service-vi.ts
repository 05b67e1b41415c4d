/** Lời của tài khoản máy và cổng nối. */
export const serviceVi = {
  commands: {
    'service add': 'lập tài khoản cho hệ thống riêng của cơ quan: một tài khoản, hoặc một cặp tự soạn và tự ký (--pair)',
  },
  options: {
    pair: 'lập cả hai tài khoản để gửi không cần người ngồi máy: một soạn, gửi và nhận; một duyệt và ký',
  },
  service: {
    account: 'tài khoản máy',
    author: 'Tài khoản máy: soạn, gửi, nhận',
    signer: 'Tài khoản máy: duyệt, ký',
    made: 'Đã lập tài khoản máy {account} ở vị trí {position}; khóa ở {home}.',
  },
};
