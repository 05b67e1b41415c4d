/** Lời của khóa, thẻ khôi phục và mở khóa thiết bị, bằng tiếng Việt. */
export const keyringVi = {
  commands: {
    passphrase: 'đổi mật khẩu của thiết bị; quên mật khẩu thì mở bằng thẻ khôi phục (--card)',
    slots: 'các cách mở chùm khóa của thiết bị: mật khẩu, trạm, khóa truy cập, thẻ',
    'slots remove': 'bỏ một cách mở chùm khóa',
    'card make': 'làm thẻ khôi phục; thẻ trước đó hết dùng được ngay',
    'card try': 'thử thẻ khôi phục: gõ mã trên thẻ; chưa thử thì chưa tính là có thẻ',
  },
  options: {
    'new-passphrase-file': 'tệp chứa mật khẩu mới',
    card: 'mở bằng thẻ khôi phục thay cho mật khẩu',
    'card-file': 'tệp chứa mã của thẻ khôi phục',
  },
  said: {
    askCard: 'Mã trên thẻ khôi phục của thiết bị {name} (không hiện khi gõ): ',
    passphraseSet: 'Đã đổi mật khẩu của thiết bị {device}. Mật khẩu cũ không mở được gì nữa; thẻ khôi phục vẫn dùng được.',
    cardMissing: 'Chưa có thẻ khôi phục: quên mật khẩu là mất khóa. Hãy làm thẻ: tram card make.',
    slot: { passphrase: 'mật khẩu', opaque: 'mật khẩu qua trạm', passkey: 'khóa truy cập', card: 'thẻ khôi phục' },
    slotSince: 'từ {time}',
    slotRemoved: 'Đã bỏ: {kind}.',
    cardTried: 'thẻ số {number}, đã thử lúc {time}',
    cardUntried: 'thẻ số {number} CHƯA THỬ, chưa tính là có; hãy chạy tram card try',
    cardMade: 'Đã làm thẻ khôi phục số {number}; các thẻ trước hết dùng được. Bước tiếp: cất thẻ, rồi thử bằng tram card try.',
    cardPage: 'Trang để in ở {file}; in xong hãy xóa tệp này.',
    cardWorks: 'Thẻ số {number} mở được chùm khóa. Hãy cất lại chỗ khóa được.',
    card: {
      title: 'THẺ KHÔI PHỤC',
      number: 'Thẻ số {number}, làm ngày {date}',
      holder: 'Của {name}, thiết bị {device}',
      instruction: 'Quên mật khẩu hoặc mất máy thì ngồi vào máy có Trạm, gõ tram recover --station {station} rồi gõ mã này; cất thẻ nơi khóa được, không chụp ảnh, không đưa cho ai.',
    },
  },
} as const;
