/** Lời của tài khoản máy và cổng nối. */
export const serviceVi = {
  commands: {
    'service add': 'lập tài khoản cho hệ thống riêng của cơ quan: một tài khoản, hoặc một cặp tự soạn và tự ký (--pair)',
    gateway: 'chạy cổng nối: gửi các tệp trong thư mục, ghi điện đến vào thư mục, không cần người ngồi máy',
  },
  options: {
    pair: 'lập cả hai tài khoản để gửi không cần người ngồi máy: một soạn, gửi và nhận; một duyệt và ký',
    config: 'tệp cấu hình của cổng nối',
    once: 'làm một lượt rồi thôi, dùng với bộ hẹn giờ của máy',
  },
  service: {
    account: 'tài khoản máy',
    author: 'Tài khoản máy: soạn, gửi, nhận',
    signer: 'Tài khoản máy: duyệt, ký',
    made: 'Đã lập tài khoản máy {account} ở chức vụ {position}; khóa ở {home}.',
    sent: 'Đã gửi {file} đến {to}: số {number}.',
    refused: 'Không gửi được {file} đến {to}: {reason}',
    received: 'Đã nhận điện đến số {number}, ghi ở {folder}.',
    waiting: 'Chưa xong {what}, sẽ tự làm lại: {reason}',
    again: 'Chưa làm được, sẽ tự làm lại: {reason}',
  },
};
