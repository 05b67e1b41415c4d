/** Words of the frame: going anywhere by name, and what the keyboard does. */
export const frame = {
  go: 'Đi tới…', goWhat: 'Tìm phòng, cơ quan, người, lệnh', none: 'Không có gì tên như thế.',
  room: 'Phòng', person: 'Người', office: 'Cơ quan đang làm việc', act: 'Lệnh',
  workFor: 'Làm việc cho {name}', keys: 'Phím tắt', theme: 'Giao diện: {theme}', language: 'Đổi sang tiếng Anh',
  keysTitle: 'Phím tắt', key: { palette: 'Đi tới phòng, cơ quan, người, lệnh', sheet: 'Bảng này', tab: 'Tới chỗ bấm được kế tiếp; giữ Shift để lùi', enter: 'Bấm nút, mở dòng đang chọn', arrows: 'Đi trong danh sách', escape: 'Đóng cửa sổ đang mở' },
} as const;
