/** Words of the settings: this device, its ways to be opened, and how the page looks. */
export const settings = {
  title: 'Cài đặt',
  look: 'Trang này', language: 'Ngôn ngữ', theme: 'Giao diện', themes: { light: 'Sáng', dark: 'Tối' }, languages: { vi: 'Tiếng Việt', en: 'English' },
  idle: 'Tự khóa khi không ai dùng', idleChoice: { 5: 'Sau 5 phút', 15: 'Sau 15 phút', 60: 'Sau 60 phút' },
  device: 'Thiết bị này', deviceIs: '{device} của {name}, tại trạm {station}',
  practice: 'Thiết bị thực hành: khóa của nó không phải của ai. Thiết bị thật có ở đây: các cách mở, thẻ khôi phục, khóa truy cập.',
  ways: 'Các cách mở chùm khóa', way: { passphrase: 'Mật khẩu', opaque: 'Mật khẩu, đăng nhập qua trạm', passkey: 'Khóa truy cập (passkey): {label}', card: 'Thẻ khôi phục số {number}' },
  since: 'từ {date}', tried: 'đã thử {date}', untried: 'chưa thử: chưa được tính', remove: 'Bỏ', removeWhat: 'Bỏ {what}', removed: 'Đã bỏ {what}. Ai mở được bằng cách đó không mở được gì ghi từ nay.',
  noCard: 'Chưa có thẻ khôi phục đã thử. Mất máy hay quên mật khẩu là mất chùm khóa này.', toCard: 'Làm thẻ khôi phục',
  card: 'Thẻ khôi phục', cardWhat: 'In hoặc chép ra giấy, cất nơi khác máy này. Ai có thẻ mở được chùm khóa của bạn.',
  cardMake: 'Làm thẻ mới', cardTitle: 'TRẠM – thẻ khôi phục số {number}', cardOf: '{name}, thiết bị {device}, trạm {station}, làm ngày {date}', cardUse: 'Mất máy hoặc quên mật khẩu: mở trang của trạm, chọn “Khôi phục bằng thẻ”, nhập mã này.',
  cardPrint: 'In thẻ', cardTry: 'Nhập lại mã từ tờ giấy để thử thẻ', cardTryDo: 'Thử thẻ', cardTrying: 'Đang thử…', cardWorks: 'Thẻ số {number} mở được. Thẻ cũ, nếu có, không còn giá trị.',
  passkey: 'Khóa truy cập (passkey)', passkeyWhat: 'Mở bằng khóa cứng, vân tay hoặc mã của máy, không gõ mật khẩu. Mật khẩu và thẻ vẫn dùng được.',
  passkeyName: 'Tên để nhận ra', passkeySample: 'Khóa của máy này', passkeyAdd: 'Thêm khóa truy cập', passkeyAdded: 'Đã thêm khóa truy cập.', passkeyNone: 'Trang mở bằng địa chỉ số hoặc trình duyệt không có passkey: hãy mở trang bằng tên của trạm.',
  passphrase: 'Đổi mật khẩu', passphraseNow: 'Mật khẩu hiện nay', passphraseNew: 'Mật khẩu mới', passphraseDo: 'Đổi mật khẩu', passphraseChanging: 'Đang đổi…', passphraseSet: 'Đã đổi. Mật khẩu cũ không mở được gì ghi từ nay.',
  vouch: 'Bảo lãnh máy mới', vouchWhat: 'Máy mới của chính bạn: máy này ký cho nó, người quản trị danh bạ không cần nghe dấu vân tay.', vouchPick: 'Chọn tệp yêu cầu của máy mới',
  vouchAsk: 'Máy mới {device} của {name}. Dấu vân tay trên màn hình máy mới phải đúng là:', vouchDo: 'Đúng, bảo lãnh và tải tệp', vouchNot: 'Không phải', vouched: 'Đã bảo lãnh. Đưa tệp vừa tải cho người quản trị danh bạ.',
} as const;
