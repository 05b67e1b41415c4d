/** Words of setting up a real organisation. */
export const setup = {
  open: 'Lập tổ chức thật',
  openWhat: 'Trạm thật của cơ quan bạn, trong một thư mục của máy này. Tỉnh thực hành vẫn còn.',
  title: 'Lập tổ chức thật', folder: 'Trạm sẽ đứng ở {folder}. Mọi khóa của người và của tổ chức được tạo trong trang này và không gửi cho trạm.',
  field: { organisation: 'Tên tổ chức', site: 'Nơi đặt trạm', station: 'Mã trạm', officeName: 'Tên cơ quan đầu tiên', office: 'Mã cơ quan', symbol: 'Ký hiệu trong số văn bản', name: 'Họ và tên của bạn', person: 'Mã người' },
  sample: { organisation: 'Ví dụ: Tỉnh Sơn La', site: 'Ví dụ: Sở chỉ huy tỉnh', station: 'Ví dụ: trung-tam', officeName: 'Ví dụ: Văn phòng UBND tỉnh', office: 'Ví dụ: vp', symbol: 'Ví dụ: UBND-VP', name: 'Ví dụ: Nguyễn Thị Ánh', person: 'Ví dụ: anh' },
  codeShape: 'Chỉ chữ thường không dấu, số và gạch nối.', empty: 'Hãy điền ô này.',
  passphrase: 'Mật khẩu thiết bị của bạn', rootPassphrase: 'Mật khẩu của khóa gốc', rootWhat: 'Khóa gốc chỉ dùng khi thêm người quản trị danh bạ hoặc thay trạm giữ sổ. Tệp của nó cất ngoài mọi trạm, mật khẩu khác mật khẩu thiết bị.', rootSame: 'Khóa gốc cần mật khẩu khác.',
  found: 'Lập tổ chức', step: { keys: 'Trạm tạo khóa riêng…', making: 'Tạo khóa gốc, khóa cấp chứng thư, khóa người quản trị và thiết bị…', sealing: 'Niêm phong hai chùm khóa…', creating: 'Trạm kiểm tra từng mục và ghi thư mục…', starting: 'Khởi động trạm…' },
  rootTitle: 'Cất khóa gốc', rootKeep: 'Tải tệp khóa gốc xuống USB và cất riêng. Không có tệp này và mật khẩu của nó thì không bao giờ thêm được người quản trị. Trang này không giữ bản nào.',
  rootDownload: 'Tải khóa gốc', rootDone: 'Đã cất xong, khởi động trạm',
} as const;
