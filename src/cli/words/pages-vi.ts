/** Lời về các trang: chúng ở đâu, chứng thư của chúng, và vì sao tin được. */
export const pagesVi = {
  commands: {
    desk: 'mở các trang từ chính máy này trước một trạm ở xa',
    'pages verify': 'so từng tệp mà một trạm đưa cho trình duyệt với bản đã ký',
    'pages key': 'tạo khóa cho các trang của trạm này, và tệp để người giữ danh bạ cấp chứng thư',
    'pages certificate': 'cấp chứng thư cho các trang của một trạm, để máy khác mở qua HTTPS',
  },
  options: {
    'root-certificate': 'tệp chứng thư gốc của cơ quan (PEM), nếu máy này chưa biết',
    host: 'tên máy hoặc địa chỉ mà người dùng gõ, không kèm cổng; nhiều cái thì ghi nhiều lần',
  },
  pages: {
    deskOpen: 'Mở {url}: bàn làm việc trước trạm {station} của {organisation}. Dừng: Ctrl-C.',
    ownSigned: 'Các trang lấy từ máy này và đúng với bản phát hành đã ký; không tải mã nào từ trạm.',
    ownBuilt: 'Các trang dựng từ mã nguồn trên máy này; không tải mã nào từ trạm.',
    sameAsSigned: 'ĐÚNG: {files} tệp giống hệt bản {program} đã ký. Máy chủ vẫn có thể đưa tệp khác cho người khác: muốn chắc thì dùng tram desk[ --home {home}]',
    sameAsBuilt: 'ĐÚNG: {files} tệp giống hệt các trang mà máy này có (bản {program}). Máy chủ vẫn có thể đưa tệp khác cho người khác: muốn chắc thì dùng tram desk[ --home {home}]',
    doNotUse: 'KHÁC với bản đã ký. Đừng gõ mật khẩu vào các trang ấy; báo người quản trị trạm.',
    difference: { changed: 'đã bị sửa: {path}', missing: 'thiếu: {path}', added: 'thừa: {path}', policy: 'chính sách bảo vệ trình duyệt đã bị sửa: {path}, dòng {header}' },
    at: 'Mở các trang ở {url}',
    keyMade: 'Đã tạo khóa của các trang; đưa {file} cho người giữ danh bạ và đọc cho họ dấu vân tay {fingerprint}. Họ chạy: tram pages certificate --request {file} --host TÊN-MÁY --fingerprint "{fingerprint}" --out pages.pem; rồi đặt pages.pem vào thư mục của trạm.',
    certified: 'Đã cấp chứng thư cho {hosts}, đến {until}: {file}',
    listenNext: 'Để máy khác mở được: ghi "pagesAddress": "0.0.0.0" vào station.json của trạm rồi chạy lại trạm. Hướng dẫn cho máy tính và điện thoại: docs/operating/pages.vi.md',
    rootFingerprint: 'Dấu vân tay SHA-256 của chứng thư gốc, in ra để từng người so khi cài: {fingerprint}',
  },
} as const;
