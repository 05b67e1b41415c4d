/** Lời về các trang: chúng ở đâu, chứng thư của chúng, và vì sao tin được. */
export const pagesVi = {
  commands: {
    'pages key': 'tạo khóa cho các trang của trạm này, và tệp để người giữ danh bạ cấp chứng thư',
    'pages certificate': 'cấp chứng thư cho các trang của một trạm, để máy khác mở qua HTTPS',
  },
  options: {
    host: 'tên máy hoặc địa chỉ mà người dùng gõ, không kèm cổng; nhiều cái thì ghi nhiều lần',
  },
  pages: {
    at: 'Mở các trang ở {url}',
    keyMade: 'Đã tạo khóa của các trang; đưa {file} cho người giữ danh bạ và đọc cho họ dấu vân tay {fingerprint}. Họ chạy: tram pages certificate --request {file} --host TÊN-MÁY --fingerprint "{fingerprint}" --out pages.pem; rồi đặt pages.pem vào thư mục của trạm.',
    certified: 'Đã cấp chứng thư cho {hosts}, đến {until}: {file}',
    listenNext: 'Để máy khác mở được: ghi "pagesAddress": "0.0.0.0" vào station.json của trạm rồi chạy lại trạm. Hướng dẫn cho máy tính và điện thoại: docs/operating/pages.vi.md',
    rootFingerprint: 'Dấu vân tay SHA-256 của chứng thư gốc, in ra để từng người so khi cài: {fingerprint}',
  },
};
