/** Lời của trang man chung. */
export const manualVi = {
  general: [
    'Trạm chuyển điện mật giữa các cơ quan: niêm phong trên thiết bị của người viết, hai người và cơ quan cùng ký, đi từ trạm này sang trạm khác qua bất cứ đường nào, chỉ mở ở cơ quan nhận. Trạm không đọc được điện mình chuyển.',
    'Mỗi lệnh có --help kèm ví dụ, và --json cho chương trình khác đọc.',
  ],
  environment: [
    ['TRAM_HOME', 'thư mục thiết bị, mặc định ~/.tram'],
    ['TRAM_DATA', 'thư mục trạm, mặc định ~/.tram-station'],
    ['TRAM_PASSPHRASE_FILE', 'tệp chứa mật khẩu của thiết bị'],
    ['TRAM_KEY_PASSPHRASE_FILE', 'tệp chứa mật khẩu của khóa sao lưu'],
    ['TRAM_LANG', 'vi hoặc en'],
    ['TRAM_TZ', 'múi giờ của ngày giờ hiện ra và gõ vào, thay cho giờ cơ quan Asia/Ho_Chi_Minh'],
  ],
} as const;
